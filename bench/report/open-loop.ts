import { LATE } from '../load/generator-delay'
import type { MeasuredTrial, RawRun } from '../read-run'
import { meanInterval } from '../statistics/interval'
import { nearestRank } from '../statistics/quantile'
import { countRight, sumKnown } from './cells'
import { divide, sum, toIdleSeconds, toParts, toPeak } from './conditions'
import type { Estimate, OpenCondition } from './report'

/** A rate of the open loop with a target's trials at it. */
export interface Rate {
  readonly rate: number
  readonly trials: readonly MeasuredTrial[]
}

/** The rates at which a target was measured, ascending. */
export function toRates({ run, trials }: RawRun, target: string): readonly Rate[] {
  return (run.plan.openLoop?.rates ?? [])
    .map((rate) => ({
      rate,
      trials: trials.filter((trial) => trial.target === target && trial.rate === rate),
    }))
    .filter((each) => each.trials.length > 0)
}

/** What each target did at each rate of the open loop; undefined: it was not measured. */
export function toOpenConditions(raw: RawRun): readonly OpenCondition[] | undefined {
  const { plan, targets } = raw.run
  if (plan.openLoop === undefined) return undefined
  return targets.flatMap(({ name }) =>
    toRates(raw, name).map(({ rate, trials }) => toOpenCondition(name, rate, trials)),
  )
}

function toOpenCondition(
  target: string,
  rate: number,
  trials: readonly MeasuredTrial[],
): OpenCondition {
  const requests = sum(trials.map((trial) => trial.requests))
  const right = sum(trials.map(countRight))
  const refused = sum(trials.map(({ outcomes }) => outcomes.refused ?? 0))
  const seconds = sum(trials.map(({ duration }) => duration)) / 1000
  return {
    ...{ target, workload: { kind: 'open-loop', rate }, blocks: trials.length, requests },
    refused,
    dropped: sum(trials.map(({ outcomes }) => outcomes.dropped ?? 0)),
    errors: requests - right - refused,
    ...toParts(trials),
    lag: toLag(trials.flatMap(({ observations }) => observations.flatMap(({ lag }) => lag ?? []))),
    goodput: divide(right, seconds),
    cores: toCores(trials, target),
    peakMemoryBytes: toPeak(trials),
    generatorCores: divide(
      sumKnown(trials.map(({ generatorCpuSeconds }) => generatorCpuSeconds)),
      seconds,
    ),
    idleCpuShare: divide(toIdleSeconds(trials, target), seconds),
  }
}

/** Of the load generator, so that one late request of few counts. */
function toLag(lags: readonly number[]): OpenCondition['lag'] {
  const sorted = Float64Array.from(lags).sort()
  const rank = (share: number) => (sorted.length === 0 ? null : nearestRank(sorted, share))
  const late = sorted.length === 0 ? null : lags.filter((lag) => lag > LATE).length
  return { p50: rank(0.5), p99: rank(0.99), late }
}

/** CPU seconds a second of each trial. */
function toCores(trials: readonly MeasuredTrial[], target: string): Estimate {
  const values = trials.flatMap(({ cpuSeconds, duration }) => {
    const seconds = cpuSeconds[target]
    return seconds == null ? [] : [(seconds * 1000) / duration]
  })
  const [first] = values
  if (first === undefined || values.length < trials.length) {
    return { value: null, lower: null, upper: null, reason: 'its CPU time is not known' }
  }
  if (values.length > 1) return meanInterval(values)
  return { value: first, lower: null, upper: null, reason: 'one block has no interval' }
}
