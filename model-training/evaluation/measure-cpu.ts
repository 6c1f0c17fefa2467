import { createRandom, shuffle } from '../random'
import { toMedianInterval, type MedianInterval } from './median-interval'
import type { DecoderTool, EngineTool } from './tools'

/** Processor ms of one photo, by engine and batch, and by decoder. */
export interface CpuTimes {
  readonly engines: Readonly<
    Record<string, { readonly batch1: MedianInterval; readonly batch8: MedianInterval }>
  >
  readonly decoders: Readonly<Record<string, MedianInterval>>
}

interface CpuOptions {
  readonly engines: readonly EngineTool[]
  readonly decoders: readonly DecoderTool[]
  /** Some that every decoder decodes; each round decodes all. */
  readonly photos: readonly Uint8Array[]
  /** Decides the order within the rounds. */
  readonly seed: number
  readonly rounds?: number
  /** No round begins after it, once there are as many as an interval needs. */
  readonly timeLimitMs?: number
  readonly onRound: (round: number) => void
}

interface Job {
  readonly key: string
  /** Photos that one time works on. */
  readonly photos: number
  /** Does the work so many times over; answers the processor ms. */
  readonly run: (times: number) => Promise<number>
}

/** Rounds where nothing else is said: their 95 % interval is the 4th to the 12th value. */
export const ROUNDS = 15
const FEWEST_ROUNDS = 6

/** A round of a job takes this long at least: a thousand times what the clock tells apart. */
const ROUND_MS = 60

/** A job is warm after it: code that is compiled while it runs, memory that is taken once. */
const WARM_UP_MS = 500

const BATCHES = [1, 8] as const

/**
 * Measures the processor time of engines and decoders, each alone in its process and one at a time, in rounds that
 * have every job once in random order, so that a slow minute of the machine hits all of them.
 */
export async function measureCpu(options: CpuOptions): Promise<CpuTimes> {
  const { engines, decoders, seed, rounds = ROUNDS, timeLimitMs = 60_000, onRound } = options
  const jobs = await toJobs(options)
  const values = new Map<string, number[]>(jobs.map(({ key }) => [key, []]))
  const times = new Map<string, number>()
  for (const job of jobs) times.set(job.key, await warmUp(job))
  const startedAt = performance.now()
  for (let round = 1; round <= rounds; round += 1) {
    if (round > FEWEST_ROUNDS && performance.now() - startedAt > timeLimitMs) break
    for (const { key, photos, run } of shuffle(jobs, createRandom(seed, round))) {
      const repeats = times.get(key) ?? 1
      values.get(key)?.push((await run(repeats)) / repeats / photos)
    }
    onRound(round)
  }
  const toMedian = (key: string): MedianInterval => toMedianInterval(values.get(key) ?? [])
  return {
    engines: Object.fromEntries(
      engines.map(({ name }) => [
        name,
        { batch1: toMedian(`engine ${name} 1`), batch8: toMedian(`engine ${name} 8`) },
      ]),
    ),
    decoders: Object.fromEntries(decoders.map(({ name }) => [name, toMedian(`decoder ${name}`)])),
  }
}

async function toJobs({ engines, decoders, photos }: CpuOptions): Promise<Job[]> {
  const [decoder] = decoders
  const { decoded } = (await decoder?.decode(photos)) ?? { decoded: [] }
  const rgb = decoded.flatMap((one) => (one.state === 'decoded' ? [one.rgb] : []))
  const [first] = rgb
  if (first === undefined) throw new RangeError('the processor time of no photo cannot be measured')
  const predicting = engines.flatMap((engine) =>
    BATCHES.map((batch): Job => {
      const some = Array.from({ length: batch }, (_, i) => rgb[i % rgb.length] ?? first)
      const run = async (times: number) => (await engine.predict(some, times)).cpuMs
      return { key: `engine ${engine.name} ${batch}`, photos: batch, run }
    }),
  )
  const decoding = decoders.map((one): Job => ({
    key: `decoder ${one.name}`,
    photos: photos.length,
    run: async (times) => (await one.decode(photos, times)).cpuMs,
  }))
  return [...predicting, ...decoding]
}

/** @returns how many times make a round long enough */
async function warmUp({ run }: Job): Promise<number> {
  let times = 1
  let spent = 0
  for (;;) {
    const cpuMs = await run(times)
    spent += cpuMs
    const enough = Math.max(1, Math.ceil((times * ROUND_MS) / Math.max(cpuMs, 0.01)))
    if (spent >= WARM_UP_MS) return enough
    times = Math.min(enough, times * 10)
  }
}
