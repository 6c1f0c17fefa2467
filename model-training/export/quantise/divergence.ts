import { SMALLEST_PROBABILITY } from '../../evaluation/metrics'

/**
 * How far some probabilities are from those that they stand for: the mean Kullback-Leibler divergence in nats. Unlike the
 * accuracy it also sees what changes no answer, so that a few hundred photos tell two quantisations apart.
 *
 * @param expected of each photo, [labels]
 */
export function toDivergence(
  expected: readonly Float32Array[],
  actual: readonly Float32Array[],
): number {
  const divergences = expected.map((row, i) =>
    row.reduce((sum, probability, label) => {
      // Of a probability of 0 every divergence would be infinite.
      const other = Math.max(SMALLEST_PROBABILITY, actual[i]?.[label] ?? 0)
      return probability > 0 ? sum + probability * Math.log(probability / other) : sum
    }, 0),
  )
  return divergences.reduce((sum, value) => sum + value, 0) / divergences.length
}
