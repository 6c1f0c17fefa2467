import type { Comparison, Metric } from '../report/report'
import { toGate } from '../statistics/comparison'
import type { Gate } from '../statistics/comparison'

/** What may be said of a metric at a level. */
export type ToGate = (metric: Metric, level: number) => Gate

/**
 * What the A/A comparisons of both runs let be said: the worse of them decides.
 *
 * @param both the A/A comparisons of each run
 */
export function toGates(both: readonly (readonly Comparison[])[]): ToGate {
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
