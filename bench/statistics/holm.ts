/**
 * p-values of several tests, corrected so that with probability 1 - alpha no true hypothesis is
 * rejected when those with a corrected p <= alpha are (Holm, Scandinavian Journal of Statistics 6,
 * 1979, 65-70). In the order given; needs no independence.
 *
 * @throws RangeError unless 0 <= p <= 1
 */
export function holm(pValues: readonly number[]): number[] {
  const ascending = pValues.map((p, at) => ({ p, at })).sort((one, other) => one.p - other.p)
  const corrected = new Array<number>(pValues.length)
  let largest = 0
  for (const [rank, { p, at }] of ascending.entries()) {
    if (!(p >= 0 && p <= 1)) throw new RangeError(`${p} is not a p-value`)
    // None may be smaller than that of a test with a smaller p.
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * p))
    corrected[at] = largest
  }
  return corrected
}
