import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ENGINES } from '../../inference'
import { median } from './median'

interface Round {
  readonly model: { readonly name: string; readonly sha256: string }
  readonly name: string
  readonly version: string
  readonly cpuMs: { readonly batch1: number; readonly batch8: number }
}

/** Median CPU ms of one `predict` call with a batch of 1 and of 8 photos. */
export interface EngineCost extends Round {
  readonly rounds: readonly Round['cpuMs'][]
}

/** What `measureEngines` found. */
export interface EnginesMeasurement {
  /** A row a model and engine. */
  readonly engines: readonly EngineCost[]
  /** Models and engines that did not load, and why. */
  readonly unavailable: Readonly<Record<string, string>>
}

const MODELS = 'inference/models'

/**
 * CPU of one prediction of each model of the catalogue by each engine that loads, each in a process of its own, in
 * interleaved rounds.
 */
export async function measureEngines({
  blocks,
}: {
  readonly blocks: number
}): Promise<EnginesMeasurement> {
  const rounds = new Map<string, Round[]>()
  const unavailable: Record<string, string> = {}
  const pairs = (await readdir(MODELS)).flatMap((model) =>
    ENGINES.map((engine) => ({ model, engine, key: `${model} on ${engine}` })),
  )
  for (let block = 0; block < blocks; block++) {
    process.stderr.write(`  block ${block + 1} of ${blocks}\n`)
    for (const { model, engine, key } of pairs) {
      try {
        rounds.set(key, [...(rounds.get(key) ?? []), await runEngine(model, engine)])
      } catch (error) {
        unavailable[key] = /LoadError: (.*)/.exec(String(error))?.[1] ?? String(error)
      }
    }
  }
  const engines = [...rounds.values()].map((all): EngineCost => {
    const costs = all.map(({ cpuMs }) => cpuMs)
    const of = (batch: 'batch1' | 'batch8'): number => median(costs.map((cost) => cost[batch]))
    return { ...all[0]!, cpuMs: { batch1: of('batch1'), batch8: of('batch8') }, rounds: costs }
  })
  return { engines, unavailable }
}

async function runEngine(model: string, engine: string): Promise<Round> {
  const file = join(__dirname, 'engine-process.ts')
  const args = ['--require', 'ts-node/register', file, engine, join(MODELS, model)]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return JSON.parse(stdout) as Round
}
