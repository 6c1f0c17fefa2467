import type { MeasuredTrial } from '../read-run'
import { minimumSamples, nearestRank } from '../statistics/quantile'
import { countAnswered, toTimes } from './cells'
import type { TimeName } from './cells'
import type { Metric } from './report'

/** A metric's value of one trial, or why it has none. */
export type MetricValue = number | { readonly missing: string }

/** A metric of one trial; times in ms, throughput in answers a second. */
export function toMetricValue(trial: MeasuredTrial, metric: Metric): MetricValue {
  switch (metric) {
    case 'throughput':
      return positive(countAnswered(trial) / (trial.duration / 1000), 'nothing was answered')
    case 'cpuMsPerRequest': {
      const seconds = trial.cpuSeconds[trial.target] ?? Number.NaN
      return positive((seconds * 1000) / countAnswered(trial), 'its CPU time is not known')
    }
    default: {
      const [time, statistic] = metric.split('.') as [TimeName, 'p50' | 'p90' | 'mean']
      return toStatistic(toTimes(trial, time), statistic)
    }
  }
}

const SHARES = { p50: 0.5, p90: 0.9 }

function toStatistic(times: readonly number[], statistic: 'p50' | 'p90' | 'mean'): MetricValue {
  if (times.length === 0) return { missing: 'no such time was told' }
  if (statistic === 'mean') {
    return positive(times.reduce((sum, time) => sum + time, 0) / times.length, 'not above 0')
  }
  const share = SHARES[statistic]
  const minimum = minimumSamples(share)
  if (times.length < minimum) {
    return {
      missing: `n too small: ${statistic} needs ${minimum} requests in each trial, there are ${times.length}`,
    }
  }
  return positive(nearestRank(Float64Array.from(times).sort(), share), 'not above 0')
}

/** Only what is above 0 has a ratio. */
const positive = (value: number, otherwise: string): MetricValue =>
  value > 0 && Number.isFinite(value) ? value : { missing: otherwise }
