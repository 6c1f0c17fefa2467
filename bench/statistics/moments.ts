import type { Values } from './quantile'

/** Mean and standard deviation are in the values' unit. */
export interface Moments {
  readonly count: number
  readonly mean: number
  /** With count - 1; NaN for one value. */
  readonly standardDeviation: number
}

/**
 * Count, mean and standard deviation of values. Equal values have exactly their value as the mean
 * and exactly 0 as the standard deviation.
 *
 * @throws RangeError without values, or when one of them is not finite
 */
export function toMoments(values: Values): Moments {
  const [first] = values
  if (first === undefined) throw new RangeError('Nothing has no mean')
  // Sums of differences from one of the values: nothing is lost when the values are large and near
  // each other, and all is exact when they are equal.
  let sum = 0
  for (const value of values) sum += value - first
  const shift = sum / values.length
  let squares = 0
  for (const value of values) squares += (value - first - shift) ** 2
  if (!Number.isFinite(squares)) throw new RangeError('A value is not finite')
  return {
    count: values.length,
    mean: first + shift,
    standardDeviation: Math.sqrt(squares / (values.length - 1)),
  }
}
