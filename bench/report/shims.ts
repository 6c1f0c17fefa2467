import type { MeasuredTrial, RawRun } from '../read-run'
import type { ExperimentName } from '../run'
import { LEVEL, meanInterval } from '../statistics/interval'
import { nearestRank } from '../statistics/quantile'
import { toTimes } from './cells'
import type { TimeName } from './cells'
import type { Estimate } from './report'

/**
 * What a target's waiting with one request at a time is of: medians of blocks, averaged over blocks (ms), so that shim, hop
 * and the remainder add up to the waiting. Intervals are Student's t over blocks.
 */
export interface Shim {
  readonly target: string
  readonly blocks: number
  /** Of what photos wait at the lowest level; null where that is not one at a time, or the target does not tell its own time. */
  readonly waiting: Estimate | null
  /** What a request without work takes, straight to the pod where that was measured: client, network, host. */
  readonly shim: Estimate
  /** What the way to the pod adds to it; null where it was not measured. */
  readonly hop: Estimate | null
  /** What is left of the waiting: what a machine that has just worked takes longer for, and what a busy one adds. */
  readonly remainder: Estimate | null
}

/** Of every target that was asked for no work; undefined where none was. */
export function toShims({ run, trials }: RawRun): readonly Shim[] | undefined {
  const shims = run.targets.flatMap(({ name }) => {
    const own = trials.filter(({ target }) => target === name)
    const zeroWork = toMedians(own, 'zero-work', 'responseTime')
    return zeroWork.size === 0 ? [] : [toShim(name, own, zeroWork)]
  })
  return shims.length === 0 ? undefined : shims
}

/** By block. */
type Medians = ReadonlyMap<number, number>

function toShim(target: string, own: readonly MeasuredTrial[], zeroWork: Medians): Shim {
  const direct = toMedians(own, 'zero-work-direct', 'responseTime')
  const hasDirect = direct.size > 0
  const alone = own.filter(({ concurrency }) => concurrency === 1)
  const waiting = toMedians(alone, 'closed-loop', 'waitingTime')
  const hasWaiting = waiting.size > 0
  const blocks = [...zeroWork.keys()].filter(
    (block) => (!hasDirect || direct.has(block)) && (!hasWaiting || waiting.has(block)),
  )
  const of = (medians: Medians): readonly number[] =>
    blocks.map((block) => medians.get(block) ?? Number.NaN)
  const minus = (one: Medians, other: Medians): readonly number[] =>
    of(one).map((median, at) => median - (of(other)[at] ?? Number.NaN))
  return {
    target,
    blocks: blocks.length,
    waiting: hasWaiting ? toEstimate(of(waiting)) : null,
    shim: toEstimate(of(hasDirect ? direct : zeroWork)),
    hop: hasDirect ? toEstimate(minus(zeroWork, direct)) : null,
    remainder: hasWaiting ? toEstimate(minus(waiting, zeroWork)) : null,
  }
}

function toMedians(
  trials: readonly MeasuredTrial[],
  experiment: ExperimentName,
  time: TimeName,
): Medians {
  const own = trials.filter((trial) => trial.experiment === experiment)
  return new Map(
    own.flatMap((trial) => {
      const times = toTimes(trial, time)
      if (times.length === 0) return []
      return [[trial.block, nearestRank(Float64Array.from(times).sort(), 0.5)] as const]
    }),
  )
}

function toEstimate(values: readonly number[]): Estimate {
  const [only] = values
  if (only === undefined) {
    return { value: null, lower: null, upper: null, reason: 'no block has all of the parts' }
  }
  if (values.length < 2) {
    return { value: only, lower: null, upper: null, reason: 'one block has no interval' }
  }
  return meanInterval(values, LEVEL)
}
