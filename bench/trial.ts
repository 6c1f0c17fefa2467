import type { PlannedTrial } from './experiment'
import type { Prediction } from './load/answer'
import { runClosedLoop } from './load/closed'
import { watchGeneratorDelay } from './load/generator-delay'
import type { Body, Load, LoadOptions } from './load/load'
import { MOST_IN_FLIGHT, runOpenLoop } from './load/open'
import { countOutcomes, toObservations, toZeroWorkObservations } from './load/observations'
import { runLoad } from './load/run-load'
import { sendGroup, sendSequence } from './load/single'
import { toZeroWork } from './load/zero-work'
import type { Observation, Plan, Trial } from './run'
import { TargetError } from './targets/target'
import type { Target } from './targets/target'
import { toSizeAt } from './trial-size'

/** What all trials of a run have in common. */
export interface Bench {
  readonly plan: Plan
  readonly photos: readonly Body[]
  /** By name; a target and its double for A/A may be the same one. */
  readonly targets: ReadonlyMap<string, Target>
  /** Each target's answers without load, by name, in the order of the photos. */
  readonly references: ReadonlyMap<string, readonly Prediction[]>
  /** `performance.now()` of the run's start. */
  readonly startedAt: number
  /** How long one request may take, ms. */
  readonly timeLimit: number
  readonly signal: AbortSignal
}

/** A block's median has no use for more; they take a tenth of a second or two. */
const ZERO_WORK_REQUESTS = 100

/** Measures one target's part of a block, with the CPU and memory that it and the idle ones used meanwhile. */
export async function runTrial(
  bench: Bench,
  planned: PlannedTrial,
  id: number,
): Promise<{ readonly trial: Trial; readonly observations: readonly Observation[] }> {
  const target = bench.targets.get(planned.target)
  const references = bench.references.get(planned.target)
  if (target === undefined || references === undefined) throw new Error(`no ${planned.target}`)
  await target.resetPeakMemory()
  const witnessBefore = await readWitnesses(bench)
  const cpuBefore = await target.readCpuSeconds()
  const generatorBefore = process.cpuUsage()
  const startedAt = performance.now() - bench.startedAt
  const duplicatesBefore = target.link?.duplicates
  const endWatch = watchGeneratorDelay()
  const load = await send(bench, planned, target)
  const generatorDelay = endWatch()
  const generator = process.cpuUsage(generatorBefore)
  const cpuAfter = await target.readCpuSeconds()
  const witnessAfter = await readWitnesses(bench)
  const { observations, messages } = isZeroWork(planned)
    ? toZeroWorkObservations(load)
    : toObservations(load, references)
  const { experiment, concurrency, offered, block, order } = planned
  const trial = {
    id,
    experiment,
    concurrency,
    ...(offered && { rate: offered.rate }),
    block,
    order,
    target: planned.target,
    startedAt: round(startedAt),
    duration: round(load.duration),
    requests: observations.length,
    outcomes: countOutcomes(observations),
    messages,
    cpuSeconds: { [planned.target]: subtract(cpuAfter, cpuBefore) },
    witnessCpuSeconds: subtractEach(witnessAfter, witnessBefore),
    peakMemoryBytes: await target.readPeakMemoryBytes(),
    generatorCpuSeconds: (generator.user + generator.system) / 1e6,
    generatorDelay,
    ...(target.link && { duplicates: target.link.duplicates - (duplicatesBefore ?? 0) }),
  }
  return { trial, observations }
}

function send(bench: Bench, planned: PlannedTrial, target: Target): Promise<Load> {
  const { plan, photos, timeLimit, signal } = bench
  const { experiment, concurrency, photos: order } = planned
  const options = { baseUrl: target.baseUrl, photos, order, concurrency, timeLimit, signal }
  switch (experiment) {
    case 'closed-loop':
      return runLoad(target, { ...options, size: toSizeAt(plan.trialSize, concurrency) })
    case 'open-loop':
      return runOpenLoop({
        ...options,
        arrivals: planned.offered?.arrivals ?? [],
        duration: plan.openLoop?.duration ?? 0,
        mostInFlight: MOST_IN_FLIGHT,
      })
    case 'group':
      return sendGroup(options)
    case 'sequence':
      return sendSequence({ ...options, requests: plan.sequenceRequests })
    case 'zero-work':
      return sendZeroWork(plan, options)
    case 'zero-work-direct':
      return sendZeroWork(plan, { ...options, baseUrl: requireDirectUrl(target) })
  }
}

/** Another way in its place would be a way to the pod that takes nothing. */
function requireDirectUrl({ directUrl, facts: { name } }: Target): string {
  if (directUrl !== undefined) return directUrl
  throw new TargetError(
    `${name}: its pod itself cannot be reached any more, as it could be at the beginning`,
  )
}

const isZeroWork = ({ experiment }: PlannedTrial): boolean => experiment.startsWith('zero-work')

/** By connections as the loop beside it has them: kept alive, or one a request. */
function sendZeroWork(plan: Plan, { photos, ...options }: LoadOptions): Promise<Load> {
  const requests = ZERO_WORK_REQUESTS
  const zeroWork = { ...options, photos: photos.map(toZeroWork), requests }
  return plan.openLoop === undefined
    ? runClosedLoop({ ...zeroWork, size: { requests } })
    : sendSequence(zeroWork)
}

type Seconds = Readonly<Record<string, number | null>>

async function readWitnesses({ targets }: Bench): Promise<Seconds> {
  const entries = [...targets].map(
    async ([name, target]) => [name, await target.readWitnessCpuSeconds()] as const,
  )
  return Object.fromEntries(await Promise.all(entries))
}

const subtractEach = (after: Seconds, before: Seconds): Seconds =>
  Object.fromEntries(
    Object.entries(after).map(([name, value]) => [name, subtract(value, before[name] ?? null)]),
  )

const subtract = (after: number | null, before: number | null): number | null =>
  after === null || before === null ? null : Math.round((after - before) * 1e6) / 1e6

/** To microseconds, of ms. */
const round = (ms: number): number => Math.round(ms * 1000) / 1000
