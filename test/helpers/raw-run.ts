import type { Environment } from '../../bench/environment'
import type { MeasuredTrial, RawRun } from '../../bench/read-run'
import type { Observation, Outcome, Plan, Run, TargetFacts, Trial } from '../../bench/run'
import { toFakePhotos } from './fake-photos'
import { toPlan } from './measured'

/** A machine that nobody has. */
export const ENVIRONMENT: Environment = {
  startedAt: '2026-01-02T03:04:05.000Z',
  commit: 'abc1234',
  uncommitted: false,
  cpu: { model: 'a CPU', cores: 4 },
  memoryBytes: 8 * 2 ** 30,
  operatingSystem: { platform: 'linux', release: '6.0', architecture: 'x64' },
  node: 'v22.0.0',
  packages: { autocannon: '9.0.0' },
  loadAverage: { before: [0.1, 0.1, 0.1], after: [1, 0.5, 0.2] },
  stealShare: 0.001,
}

/** What a target says that says everything. */
export const toFacts = (name: string): TargetFacts => ({
  name,
  title: `the ${name}`,
  model: { name: 'photo-net', sha256: '0'.repeat(64) },
  engine: 'onnx 1.0',
  decoder: 'sharp 0.35',
  workers: 2,
  node: 'v22.0.0',
  logLevel: 'info',
  startToReadyMs: 500,
  limits: {
    cpus: { value: 2, enforcedBy: 'cgroup' },
    memoryBytes: { value: 2 ** 31, enforcedBy: 'cgroup' },
  },
  cpuSource: 'its /metrics',
  cpuWitness: 'cgroup',
  memorySource: '/proc',
})

/** A trial with a row for each response time; what is left out has a default. */
export interface MadeTrial extends Partial<Omit<Trial, 'requests' | 'outcomes'>> {
  readonly target: string
  /** Of right answers, ms. */
  readonly times?: readonly number[]
  /** Its Server-Timing total of each, as a share of the response time; undefined: none. */
  readonly serviceShare?: number
  /** Of the open loop: how much later than planned all of them were sent. */
  readonly lag?: number
  /** How many requests ended otherwise. */
  readonly errors?: Partial<Record<Outcome, number>>
}

/** @param id that joins the rows; trials of a run have different ones */
export function toTrial(made: MadeTrial, id: number): MeasuredTrial {
  const { times = [10], serviceShare, lag = null, errors = {}, ...rest } = made
  const right = times.map((time, at) => ({ ...toRow(at, time, serviceShare), lag }))
  const failed = Object.entries(errors).flatMap(([outcome, count]) =>
    Array.from({ length: count }, () => toErrorRow(outcome as Outcome)),
  )
  const observations = [...right, ...failed]
  return {
    id,
    experiment: 'closed-loop',
    concurrency: 1,
    block: 0,
    order: 0,
    startedAt: id,
    duration: times.reduce((sum, time) => sum + time, 0),
    requests: observations.length,
    outcomes: { ...(right.length > 0 && { right: right.length }), ...errors },
    messages: [],
    cpuSeconds: { [made.target]: null },
    witnessCpuSeconds: {},
    peakMemoryBytes: null,
    generatorCpuSeconds: 0,
    ...rest,
    observations,
  }
}

function toRow(at: number, time: number, serviceShare: number | undefined): Observation {
  const total = serviceShare === undefined ? null : time * serviceShare
  return {
    photo: 0,
    sentAt: at,
    responseTime: time,
    status: 200,
    outcome: 'right',
    queueTime: total === null ? null : 0.25,
    decodeTime: total === null ? null : total * 0.25,
    predictionTime: total === null ? null : total * 0.5,
    serviceTime: total,
    serialiseTime: null,
    lag: null,
  }
}

/** What was answered wrong took very long, so that it shows where it does not belong. */
function toErrorRow(outcome: Outcome): Observation {
  const isAnswered = outcome !== 'unanswered' && outcome !== 'timed-out'
  return {
    ...toRow(0, 1e6, isAnswered ? 1 : undefined),
    responseTime: isAnswered ? 1e6 : null,
    status: isAnswered ? (outcome === 'status' ? 500 : 200) : null,
    outcome,
  }
}

interface MadeRun {
  readonly plan?: Partial<Plan>
  readonly run?: Partial<Run>
  readonly environment?: Partial<Environment>
  readonly trials?: readonly MadeTrial[]
}

/** A completed run of `a`, `b` and `b again`. */
export function toRawRun({ plan, run, environment, trials = [] }: MadeRun): RawRun {
  return {
    run: {
      version: 1,
      plan: toPlan(toFakePhotos(1), plan),
      targets: ['a', 'b', 'b again'].map(toFacts),
      answers: [],
      warmUps: [],
      failures: [],
      state: 'completed',
      ...run,
    },
    environment: { ...ENVIRONMENT, ...environment },
    trials: trials.map(toTrial),
  }
}
