import type { Metric } from '../report/report'
import { toDifference } from '../statistics/comparison'
import { holm } from '../statistics/holm'
import { LEVEL } from '../statistics/interval'
import type { SlowerGate, TargetChange } from './report'
import type { Compared } from './target-changes'

/** What of the later run may not be slower, and by how much. */
export interface SlowerRule {
  /** 0.05: 5 % are allowed. */
  readonly allowed: number
  readonly metrics: readonly Metric[]
}

/**
 * What is slower by more than is allowed: as estimated, and surely slower at all (two-sided, corrected over everything
 * that was looked at). So a run that changed nothing fails in at most 5 of 100 cases.
 */
export function toSlowerGate(
  targets: readonly Compared[],
  { allowed, metrics }: SlowerRule,
  missing: readonly string[],
): SlowerGate {
  const looked = targets.filter(({ change, estimate }) => {
    return metrics.includes(change.metric) && estimate !== null
  })
  const corrected = holm(looked.map(({ estimate }) => (estimate ? toDifference(estimate) : 1)))
  const slower = looked.filter(({ change: { metric, ratio } }, at) => {
    const times = metric === 'throughput' ? 1 / (ratio ?? 1) : (ratio ?? 1)
    return times > 1 + allowed && (corrected[at] ?? 1) <= 1 - LEVEL
  })
  return {
    ...{ allowed, metrics, tests: looked.length, missing },
    ruledOut: looked.filter(({ change }) => toHighest(change) < 1 + allowed).length,
    slower: slower.map(({ change }) => change),
  }
}

/** How many times as slow it is at most, by its interval. */
const toHighest = ({ metric, lower, upper }: TargetChange): number =>
  (metric === 'throughput' ? lower && 1 / lower : upper) ?? Infinity

/** What the gate says; nothing can be said of what is not there. */
export function toOutcome({
  slower,
  tests,
  missing,
}: SlowerGate): 'FAIL' | 'INCONCLUSIVE' | 'PASS' {
  if (slower.length > 0) return 'FAIL'
  return tests === 0 || missing.length > 0 ? 'INCONCLUSIVE' : 'PASS'
}
