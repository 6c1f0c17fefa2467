import { toMoments, type Moments } from './moments'
import type { Values } from './quantile'
import { studentQuantile } from './student'

/** A value with the range that holds the true one at a level; all in one unit. */
export interface Interval {
  readonly value: number
  readonly lower: number
  readonly upper: number
}

/** How sure the intervals of a report are. */
export const LEVEL = 0.95

/**
 * Student's t interval of the mean of independent values, one a block ("Student" 1908).
 *
 * @throws RangeError with fewer than two values, or when one of them is not finite
 */
export function meanInterval(values: Values, level = LEVEL): Interval {
  return toMeanInterval(toMoments(values), level)
}

/** The same of values of which only the moments are at hand. */
export function toMeanInterval(moments: Moments, level = LEVEL): Interval {
  const { count, mean, standardDeviation } = moments
  if (count < 2) throw new RangeError(`${count} values have no interval`)
  const reach = (toReach(level, count - 1) * standardDeviation) / Math.sqrt(count)
  return { value: mean, lower: mean - reach, upper: mean + reach }
}

/**
 * The geometric mean of ratios and its interval, from their natural logarithms, one a block. Ratios
 * are symmetric as logarithms only: swapping the two sides turns the interval into its inverse.
 *
 * @throws RangeError with fewer than two values, or when one of them is not finite
 */
export function ratioInterval(logRatios: Values, level = LEVEL): Interval {
  return toRatioInterval(toMoments(logRatios), level)
}

/** The same of logarithms of which only the moments are at hand. */
export function toRatioInterval(moments: Moments, level = LEVEL): Interval {
  const { value, lower, upper } = toMeanInterval(moments, level)
  return { value: Math.exp(value), lower: Math.exp(lower), upper: Math.exp(upper) }
}

/**
 * How many standard errors an interval at this level reaches to either side.
 *
 * @throws RangeError unless 0 < level < 1
 */
export function toReach(level: number, degrees: number): number {
  if (!(level > 0 && level < 1)) throw new RangeError(`${level} is not a level`)
  return studentQuantile((1 + level) / 2, degrees)
}
