import type { Objective, OpenLoopPlan, Plan } from './run'
import type { TrialSize } from './trial-size'
import { UsageError } from './usage-error'

/** What of a plan the options of the workload decide. */
export type Workload = Pick<
  Plan,
  'concurrency' | 'trialSize' | 'groupRepetitions' | 'sequenceRequests'
> & {
  /** In place of the closed loop and the paper's experiment. */
  readonly openLoop: Plan['openLoop']
}

/** As the command line has them. */
interface Values {
  readonly workload?: string
  readonly objective?: string
  readonly concurrency?: string
  readonly requests?: string
  readonly duration?: string
}

/** What a profile has of its own. */
interface Defaults extends Pick<Plan, 'concurrency' | 'groupRepetitions' | 'sequenceRequests'> {
  readonly requests: number
}

const CLOSED_LOOP = 'closed-loop'
const SWEEP = 'sweep'
/** What a sweep looks for unless it is told. */
const OBJECTIVE = 'p99:250'
const OPEN_LOOP_SECONDS = 10
/** Of a profile: the first of each meets an empty server, which is to be a small part of a trial. */
const PER_CONNECTION = 8

/**
 * Reads --workload, --objective, --concurrency, --requests and --duration: the closed loop and the paper's experiment, or
 * the open loop.
 *
 * @throws UsageError naming the option and what it accepts
 */
export function toWorkload(
  values: Values,
  { concurrency, requests, ...paper }: Defaults,
): Workload {
  const offered = toOffered(values.workload ?? CLOSED_LOOP)
  if (offered === undefined) {
    if (values.objective !== undefined) {
      throw new UsageError('--objective is of the open loop: give a --workload of it, too')
    }
    const levels = toLevels(values.concurrency, concurrency)
    const trialSize = toTrialSize(values, requests, Math.max(...levels))
    return { concurrency: levels, trialSize, ...paper, openLoop: undefined }
  }
  const closed = (['concurrency', 'requests'] as const).find((name) => values[name] !== undefined)
  if (closed !== undefined) {
    throw new UsageError(`--${closed} is of the closed loop, and --workload asks for the open one`)
  }
  const duration = toDuration(values.duration ?? String(OPEN_LOOP_SECONDS))
  const isSweep = values.workload === SWEEP
  const objective = values.objective ?? (isSweep ? OBJECTIVE : undefined)
  return {
    concurrency: [],
    trialSize: { duration },
    groupRepetitions: 0,
    sequenceRequests: 0,
    openLoop: {
      ...{ ...offered, duration },
      ...(isSweep && { sweep: true }),
      ...(objective !== undefined && { objective: toObjective(objective) }),
    },
  }
}

function toObjective(text: string): Objective {
  const [, percent, ms] = /^p(\d{1,2}(?:\.\d+)?):(\d+(?:\.\d+)?)$/.exec(text) ?? []
  const objective = { share: Number((Number(percent) / 100).toPrecision(12)), within: Number(ms) }
  if (objective.share > 0 && objective.within > 0) return objective
  throw new UsageError(`--objective accepts a quantile and ms such as p99:250, not "${text}"`)
}

/** Requests a second, ascending, none of a sweep, and when they come; undefined: the closed loop. */
function toOffered(text: string): Pick<OpenLoopPlan, 'rates' | 'arrivals'> | undefined {
  if (text === CLOSED_LOOP) return undefined
  if (text === SWEEP) return { rates: [] }
  const [, kind, list = ''] = /^(poisson|constant):(.+)$/.exec(text) ?? []
  const rates = list
    .split(',')
    .map((part) => (/^\d+(\.\d+)?$/.test(part) ? Number(part) : Number.NaN))
  const distinct = [...new Set(rates)].sort((one, other) => one - other)
  if (distinct.length === rates.length && rates.every((rate) => rate >= 0.1 && rate <= 10_000)) {
    return { rates: distinct, ...(kind === 'constant' && { arrivals: kind }) }
  }
  throw new UsageError(
    `--workload accepts ${CLOSED_LOOP}, ${SWEEP}, or poisson: or constant: and different rates from 0.1 to 10000 with commas such as poisson:10,40, not "${text}"`,
  )
}

/** Whole numbers with commas, each once, ascending. */
function toLevels(text: string | undefined, otherwise: readonly number[]): readonly number[] {
  if (text === undefined) return otherwise
  const levels = text.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : 0))
  const distinct = [...new Set(levels)].sort((one, other) => one - other)
  if (distinct.length === levels.length && levels.every((level) => level >= 1 && level <= 1000)) {
    return distinct
  }
  throw new UsageError(
    `--concurrency accepts different whole numbers from 1 to 1000 with commas such as 1,5,10,20, not "${text}"`,
  )
}

function toTrialSize(values: Values, requests: number, highest: number): TrialSize {
  if (values.duration === undefined) {
    // A profile's own number grows with the connections; what was asked for is not changed silently.
    if (values.requests === undefined) return { requests, perConnection: PER_CONNECTION }
    const count = /^\d+$/.test(values.requests) ? Number(values.requests) : Number.NaN
    if (count >= highest && count <= 1_000_000) return { requests: count }
    throw new UsageError(
      `--requests accepts a whole number from ${highest} to 1000000, not "${values.requests}"`,
    )
  }
  if (values.requests !== undefined) {
    throw new UsageError('--requests and --duration exclude each other: give one of them')
  }
  return { duration: toDuration(values.duration) }
}

/** ms */
function toDuration(text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (seconds >= 0.1 && seconds <= 600) return seconds * 1000
  throw new UsageError(`--duration accepts seconds from 0.1 to 600, not "${text}"`)
}
