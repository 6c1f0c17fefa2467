import type { Metric } from '../report/report'
import { compareEstimates } from '../statistics/comparison'
import type { EstimatedLevel } from '../statistics/comparison'
import type { Estimated } from '../statistics/estimated'
import type { TargetChange } from './report'

/** A verdict with what it was made of. */
export interface Judged {
  readonly change: Omit<TargetChange, 'target'>
  readonly estimate: Estimated | null
}

/**
 * The verdicts of one metric at several levels.
 *
 * @param toMissing why there is no ratio at a place of `levels`
 */
export function judgeLevels(
  estimated: readonly EstimatedLevel[],
  levels: readonly number[],
  metric: Metric,
  toMissing: (at: number) => string | undefined,
): readonly Judged[] {
  const more = metric === 'throughput' ? 'faster' : 'slower'
  return compareEstimates(estimated, { more }).map((compared, at) => {
    const missing = compared.ratio === null ? toMissing(at) : undefined
    const change = {
      ...{ concurrency: levels[at] ?? 0, metric },
      ...compared,
      ...(missing === undefined ? {} : { reason: missing }),
    }
    return { change, estimate: estimated[at]?.estimate ?? null }
  })
}
