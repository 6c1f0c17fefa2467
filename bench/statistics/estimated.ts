import { toMoments } from './moments'
import type { Moments } from './moments'
import type { Values } from './quantile'

/** A mean with what its intervals and tests need. */
export interface Estimated {
  readonly value: number
  /** The standard error is spread / root. */
  readonly spread: number
  readonly root: number
  /** Of Student's t; null where one block tells nothing of the spread. */
  readonly degrees: number | null
  /** Of the side that has fewer. */
  readonly blocks: number
}

/**
 * The mean of values, one a block; null of none.
 *
 * @throws RangeError when one of them is not finite
 */
export function toEstimated(values: Values): Estimated | null {
  if (values.length === 0) return null
  const { count, mean, standardDeviation } = toMoments(values)
  return {
    value: mean,
    spread: standardDeviation,
    root: Math.sqrt(count),
    degrees: count < 2 ? null : count - 1,
    blocks: count,
  }
}

/**
 * By how much the mean of one run's blocks is above that of another's, where no block of the one belongs to a block of the
 * other and their variances may differ; null where one has no blocks. B. L. Welch, Biometrika 34, 1947, 28-35, with the
 * degrees of freedom of Satterthwaite 1946.
 *
 * @throws RangeError when a value is not finite
 */
export function toEstimatedDifference(values: Values, base: Values): Estimated | null {
  if (values.length === 0 || base.length === 0) return null
  const [one, other] = [toMoments(values), toMoments(base)]
  const blocks = Math.min(one.count, other.count)
  const value = one.mean - other.mean
  if (blocks < 2) return { value, spread: NaN, root: 1, degrees: null, blocks }
  const [variance, otherVariance] = [toVarianceOfMean(one), toVarianceOfMean(other)]
  const sum = variance + otherVariance
  return {
    ...{ value, spread: Math.sqrt(sum), root: 1, blocks },
    // Without any variance no degrees are asked for.
    degrees:
      sum === 0
        ? one.count + other.count - 2
        : sum ** 2 / (variance ** 2 / (one.count - 1) + otherVariance ** 2 / (other.count - 1)),
  }
}

const toVarianceOfMean = ({ count, standardDeviation }: Moments): number =>
  standardDeviation ** 2 / count
