import type { Values } from './quantile'
import type { Interval } from './interval'
import { LEVEL } from './interval'

/**
 * The median of independent values with the interval of order statistics that holds the true one with at least `level`,
 * whatever their distribution is (Conover, Practical Nonparametric Statistics, 3rd ed., 3.2): the k-th smallest and the
 * k-th largest value, for the largest k with P(Binomial(n, 1/2) < k) <= (1 - level) / 2. The median of an even number
 * of values is the mean of the two in the middle.
 *
 * @returns the interval's ends are undefined where there are too few values for it: fewer than 6 at 95 %
 * @throws RangeError without values
 */
export function medianInterval(
  values: Values,
  level = LEVEL,
): Interval | { readonly value: number; readonly lower: undefined; readonly upper: undefined } {
  const sorted = Float64Array.from(values).sort()
  const { length } = sorted
  const [low, high] = [sorted[(length - 1) >> 1], sorted[length >> 1]]
  if (low === undefined || high === undefined) throw new RangeError('Nothing has no median')
  const value = (low + high) / 2
  const rank = toRank(length, (1 - level) / 2)
  const [lower, upper] = [sorted[rank - 1], sorted[length - rank]]
  return lower === undefined || upper === undefined
    ? { value, lower: undefined, upper: undefined }
    : { value, lower, upper }
}

/** The largest k with P(Binomial(count, 1/2) < k) <= tail; 0: there is none. */
function toRank(count: number, tail: number): number {
  let probability = 2 ** -count
  let below = probability
  let rank = 0
  while (below <= tail) {
    rank++
    probability *= (count - rank + 1) / rank
    below += probability
  }
  return rank
}
