import { toCells } from '../report/cells'
import { toComparisons } from '../report/comparisons'
import type { Metric } from '../report/report'
import { toGate } from '../statistics/comparison'
import type { Gate } from '../statistics/comparison'
import type { Runs } from './trials'

/** What may be said of a metric at a level. */
export type ToGate = (metric: Metric, level: number) => Gate

/** What the A/A comparisons of both runs let be said: the worse of them decides. */
export function toGates(runs: Runs): ToGate {
  const both = runs.map((raw) => {
    const { aa } = raw.run.plan
    return aa === null ? [] : toComparisons(toCells(raw), aa, undefined)
  })
  return (metric, level) => {
    const gates = both.map((aa) =>
      toGate(aa.find((each) => each.metric === metric && each.concurrency === level) ?? null),
    )
    const resolutions = gates.flatMap(({ resolution }) => resolution ?? [])
    return {
      resolution: resolutions.length < gates.length ? null : Math.max(...resolutions),
      alarm: gates.some(({ alarm }) => alarm),
    }
  }
}
