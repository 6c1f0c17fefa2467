/** A set of numbers in one array, which is never changed. */
export type Values = readonly number[] | Float64Array

/** Keeps products such as 0.07 * 100 = 7.000000000000001 from the next rank. */
const ROUNDING = 1e-9

/** How sure it shall be that two samples lie beyond a quantile. */
const CONFIDENCE = 0.99

/**
 * The `share` quantile of ascending values by nearest rank: the smallest of them that at least this
 * share of them do not exceed, in their unit. It is always one of the values, never between two:
 * element ceil(share * n), counted from 1; the smallest one for share 0.
 *
 * @throws RangeError without values, or unless 0 <= share <= 1
 */
export function nearestRank(sorted: Values, share: number): number {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`${share} is not a share`)
  const value = sorted[Math.max(1, Math.ceil(share * sorted.length - ROUNDING)) - 1]
  if (value === undefined) throw new RangeError('Nothing has no quantile')
  return value
}

/**
 * The fewest samples for a quantile: with a probability of 99 % at least two of them lie beyond it,
 * that is P(Binomial(n, 1 - share) <= 1) <= 0.01. 64 for p90, 662 for p99: one slow request alone
 * must not be the p99.
 *
 * @throws RangeError unless 0 < share < 1
 */
export function minimumSamples(share: number): number {
  if (!(share > 0 && share < 1)) throw new RangeError(`${share} is not a quantile's share`)
  const beyond = 1 - share
  let samples = 2
  while (share ** samples + samples * beyond * share ** (samples - 1) > 1 - CONFIDENCE) samples += 1
  return samples
}
