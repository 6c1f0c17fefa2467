/** The median of some rounds with the range that holds the true one at the level given. */
export interface MedianInterval {
  readonly value: number
  readonly lower: number
  readonly upper: number
  /** What the range really covers: at least 0.95 from 6 rounds on. */
  readonly level: number
  readonly method: 'order statistics'
  readonly rounds: number
}

const WANTED_LEVEL = 0.95

/**
 * The median with the narrowest symmetric pair of order statistics that covers it at 95 %, whatever the distribution
 * (the number of values below the median is binomial); of fewer than 6 values the whole range, with its level.
 *
 * @throws RangeError of no values
 */
export function toMedianInterval(values: readonly number[]): MedianInterval {
  const sorted = [...values].sort((a, b) => a - b)
  const count = sorted.length
  const [least, most] = [sorted[0], sorted[count - 1]]
  if (least === undefined || most === undefined) throw new RangeError('no values have no median')
  let outside = 0.5 ** count
  let tail = outside
  let rank = 0
  // The tail of the binomial distribution, for as long as both together stay within 5 %.
  for (let next = 1; next < count / 2; next += 1) {
    outside *= (count - next + 1) / next
    if (2 * (tail + outside) > 1 - WANTED_LEVEL) break
    tail += outside
    rank = next
  }
  return {
    value: ((sorted[(count - 1) >> 1] ?? least) + (sorted[count >> 1] ?? least)) / 2,
    lower: sorted[rank] ?? least,
    upper: sorted[count - 1 - rank] ?? most,
    level: 1 - 2 * tail,
    method: 'order statistics',
    rounds: count,
  }
}
