import { toWilsonInterval } from '../interval'

/** Difference of two shares of the same things, with the range that holds the true one at the given level. */
export interface PairedInterval {
  /** First share less second, in points of a hundred. */
  readonly value: number
  readonly lower: number
  readonly upper: number
  readonly level: 0.95
  readonly method: 'Newcombe'
}

/** How often which of two agree: each is right or wrong about the same things. */
export interface PairedCounts {
  readonly both: number
  readonly onlyFirst: number
  readonly onlySecond: number
  readonly neither: number
}

/**
 * Newcombe's interval of the difference of two paired shares: both Wilson intervals, squared and added with the
 * correlation of the pairs (Newcombe 1998, Statistics in Medicine 17, 2635-2650, method 10). It does not shrink to
 * nothing where the two never differ.
 *
 * @throws RangeError unless something was counted and no count is negative
 */
export function toPairedInterval(counts: PairedCounts): PairedInterval {
  const { both, onlyFirst, onlySecond, neither } = counts
  const pairs = both + onlyFirst + onlySecond + neither
  if (!(pairs > 0 && Math.min(both, onlyFirst, onlySecond, neither) >= 0)) {
    throw new RangeError(`${JSON.stringify(counts)} are no counts of pairs`)
  }
  const first = toWilsonInterval(both + onlyFirst, pairs)
  const second = toWilsonInterval(both + onlySecond, pairs)
  const phi = toCorrelation(counts)
  const add = (a: number, b: number): number => Math.sqrt(a ** 2 - 2 * phi * a * b + b ** 2)
  const value = (onlyFirst - onlySecond) / pairs
  const down = add(first.value - first.lower, second.upper - second.value)
  const up = add(second.value - second.lower, first.upper - first.value)
  return {
    value: 100 * value,
    lower: 100 * Math.max(-1, value - down),
    upper: 100 * Math.min(1, value + up),
    level: 0.95,
    method: 'Newcombe',
  }
}

/** Newcombe's phi: a positive one is made smaller, as for continuity, and is 0 where a margin is empty. */
function toCorrelation({ both, onlyFirst, onlySecond, neither }: PairedCounts): number {
  const margins =
    (both + onlyFirst) * (onlySecond + neither) * (both + onlySecond) * (onlyFirst + neither)
  if (margins === 0) return 0
  const product = both * neither - onlyFirst * onlySecond
  const half = (both + onlyFirst + onlySecond + neither) / 2
  return (product > 0 ? Math.max(0, product - half) : product) / Math.sqrt(margins)
}
