/** A share with the range that holds the true one at the given level. */
export interface Interval {
  readonly value: number
  readonly lower: number
  readonly upper: number
  readonly level: 0.95
  readonly method: 'Wilson'
}

/** The standard normal distribution's 0.975 quantile: of intervals that hold at 95 %. */
export const Z = 1.959963984540054

/**
 * Wilson's score interval of a share (Wilson 1927), which stays within 0..1 and holds its level for
 * few photos and shares near 1.
 *
 * @throws RangeError unless 0 <= hits <= trials and trials > 0
 */
export function toWilsonInterval(hits: number, trials: number): Interval {
  if (!(trials > 0 && hits >= 0 && hits <= trials)) {
    throw new RangeError(`${hits} of ${trials} is not a share`)
  }
  const value = hits / trials
  const spread = Z ** 2 / trials
  const centre = (value + spread / 2) / (1 + spread)
  const reach = (Z * Math.sqrt((value * (1 - value)) / trials + spread / trials / 4)) / (1 + spread)
  return {
    value,
    lower: Math.max(0, centre - reach),
    upper: Math.min(1, centre + reach),
    level: 0.95,
    method: 'Wilson',
  }
}
