import type { RawRun } from '../read-run'
import { toMetricValue } from '../report/metric-value'
import { METRICS } from '../report/report'
import type { Comparison, Metric } from '../report/report'
import type { Pair } from '../run'
import { toEstimatedDifference } from '../statistics/estimated'
import type { ToGate } from './gates'
import { judgeLevels } from './judge-levels'
import type { PairChange } from './report'
import { toTrials } from './trials'
import type { Runs } from './trials'

/** How the ratio of a pair changed: what the machine did to both of its targets is not in it. */
export function toPairChanges(runs: Runs, toGate: ToGate): readonly PairChange[] {
  const [base, later] = runs
  const isOfBoth = ({ a, b }: Pair): boolean =>
    later.run.plan.comparisons.some((pair) => pair.a === a && pair.b === b)
  return base.run.plan.comparisons.filter(isOfBoth).flatMap((pair) =>
    METRICS.flatMap((metric): readonly Comparison[] => {
      const [before, after] = runs.map((raw) => toPairLevels(raw, pair, metric)) as [
        ReadonlyMap<number, readonly number[]>,
        ReadonlyMap<number, readonly number[]>,
      ]
      const levels = [...before.keys()].filter((level) => after.has(level))
      const estimated = levels.map((level) => ({
        estimate: toEstimatedDifference(after.get(level) ?? [], before.get(level) ?? []),
        ...toGate(metric, level),
      }))
      return judgeLevels(estimated, levels, metric, () => 'no block has both of them').map(
        ({ change }) => ({ ...pair, ...change }),
      )
    }),
  )
}

/** Logarithms of a / b by level, one a block that has both. */
function toPairLevels(
  raw: RawRun,
  { a, b }: Pair,
  metric: Metric,
): ReadonlyMap<number, readonly number[]> {
  const [own, others] = [a, b].map((target) => toTrials(raw, target, 'concurrency'))
  return new Map(
    [...(own ?? [])].map(([level, trials]) => [
      level,
      trials.flatMap((trial) => {
        const other = others?.get(level)?.find(({ block }) => block === trial.block)
        if (other === undefined) return []
        const [value, base] = [toMetricValue(trial, metric), toMetricValue(other, metric)]
        return typeof value === 'number' && typeof base === 'number' ? [Math.log(value / base)] : []
      }),
    ]),
  )
}
