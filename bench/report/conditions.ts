import type { MeasuredTrial } from '../read-run'
import { nearestRank } from '../statistics/quantile'
import { summarise } from '../statistics/summary'
import { countAnswered, countRight, sumKnown, toTimes } from './cells'
import type { Cell, TimeName } from './cells'
import type { Condition, Distribution, Estimate, Parts, Summary } from './report'

/** What one target did at one concurrency. */
export function toCondition({ target, concurrency, trials }: Cell): Condition {
  const all = [...trials.values()]
  const answered = sum(all.map(countAnswered))
  const right = sum(all.map(countRight))
  const requests = sum(all.map((trial) => trial.requests))
  const seconds = sum(all.map(({ duration }) => duration)) / 1000
  return {
    target,
    workload: { kind: 'closed-loop', concurrency },
    blocks: all.length,
    requests,
    errors: requests - right,
    ...toParts(all),
    throughput: divide(answered, seconds),
    goodput: divide(right, seconds),
    cpuMsPerRequest: perRequest(sumKnown(all.map((trial) => trial.cpuSeconds[target])), answered),
    peakMemoryBytes: toPeak(all),
    generatorCpuMsPerRequest: perRequest(
      sumKnown(all.map((trial) => trial.generatorCpuSeconds)),
      answered,
    ),
    ...toGeneratorLooks(all),
    idleCpuShare: divide(toIdleSeconds(all, target), seconds),
    ...toMessages(all),
  }
}

/** Of the right answers of all these trials. */
export function toParts(trials: readonly MeasuredTrial[]): Parts {
  const isToldSerialising = trials.some((trial) => toTimes(trial, 'serialiseTime').length > 0)
  return {
    responseTime: toSummary(trials, 'responseTime'),
    predictionTime: toSummary(trials, 'predictionTime'),
    decodeTime: toSummary(trials, 'decodeTime'),
    queueTime: toSummary(trials, 'queueTime'),
    waitingTime: toSummary(trials, 'waitingTime'),
    ...(isToldSerialising && { serialiseTime: toSummary(trials, 'serialiseTime') }),
  }
}

function toGeneratorLooks(trials: readonly MeasuredTrial[]): Pick<Condition, 'generatorLooks'> {
  const delays = trials.flatMap(({ generatorDelay }) => generatorDelay ?? [])
  if (delays.length === 0) return {}
  const looks = sum(delays.map(({ ticks }) => ticks))
  return { generatorLooks: { looks, late: sum(delays.map(({ late }) => late)) } }
}

function toMessages(trials: readonly MeasuredTrial[]): Pick<Condition, 'messages'> {
  const counts = trials.flatMap(({ duplicates }) => duplicates ?? [])
  if (counts.length === 0) return {}
  const lost = trials.map(
    ({ outcomes }) => (outcomes['timed-out'] ?? 0) + (outcomes.unanswered ?? 0),
  )
  return { messages: { lost: sum(lost), duplicated: sum(counts) } }
}

function toSummary(trials: readonly MeasuredTrial[], name: TimeName): Summary {
  const blocks = trials.map((trial) => toTimes(trial, name))
  if (trials.some((trial) => countRight(trial) > 0) && blocks.every(({ length }) => length === 0)) {
    const missing: Estimate = { value: null, lower: null, upper: null, reason: 'no Server-Timing' }
    return { mean: missing, p50: missing, p90: missing, p99: missing }
  }
  return summarise(blocks)
}

/** How response times are spread, for plots; undefined where nothing was answered. */
export function toDistribution({ target, concurrency, trials }: Cell): Distribution | undefined {
  const times = [...trials.values()].flatMap((trial) => toTimes(trial, 'responseTime'))
  if (times.length === 0) return undefined
  const sorted = Float64Array.from(times).sort()
  const quantiles = Array.from({ length: 101 }, (_, percent) => nearestRank(sorted, percent / 100))
  return { target, concurrency, quantiles }
}

/** The sum; 0 of none. */
export const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0)

/** Null where there is nothing to divide, or by. */
export const divide = (value: number | null, by: number): number | null =>
  value === null || by === 0 ? null : value / by

const perRequest = (seconds: number | null, requests: number): number | null =>
  divide(seconds === null ? null : seconds * 1000, requests)

/** The highest of those that are known. */
export function toPeak(trials: readonly MeasuredTrial[]): number | null {
  const peaks = trials.flatMap(({ peakMemoryBytes }) => peakMemoryBytes ?? [])
  return peaks.length === 0 ? null : Math.max(...peaks)
}

/** CPU seconds of the busiest among the targets that were not loaded. */
export function toIdleSeconds(trials: readonly MeasuredTrial[], target: string): number | null {
  const names = new Set(trials.flatMap(({ witnessCpuSeconds }) => Object.keys(witnessCpuSeconds)))
  const idle = [...names]
    .filter((name) => name !== target)
    .flatMap((name) => sumKnown(trials.map((trial) => trial.witnessCpuSeconds[name])) ?? [])
  return idle.length === 0 ? null : Math.max(...idle)
}
