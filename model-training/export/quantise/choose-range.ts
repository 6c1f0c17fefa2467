import { fromStep, toAffine, toStep, type Range } from './affine'
import { middleOf, type Histogram } from './histogram'

/** Ways to choose where the steps of a tensor end. */
export const RANGE_METHODS = ['min-max', 'percentile', 'mean-square-error'] as const
export type RangeMethod = (typeof RANGE_METHODS)[number]

/** Share of the values that `percentile` cuts off at each end. */
const CUT_OFF = 1e-4

/** `mean-square-error` tries so many ranges, down to this share of the whole. */
const CANDIDATES = 80
const SMALLEST_SHARE = 0.2

/**
 * Where the steps of a tensor are to end: at the smallest and largest value that was seen; where all but one in 10,000
 * values are within, at each end; or where the steps are nearest to the values in the square mean.
 */
export function chooseRange(histogram: Histogram, method: RangeMethod): Range {
  if (histogram.range.min === histogram.range.max) return histogram.range
  if (method === 'percentile') return toPercentiles(histogram)
  return method === 'min-max' ? histogram.range : toNearest(histogram)
}

function toPercentiles(histogram: Histogram): Range {
  const { range, counts } = histogram
  const allowed = counts.reduce((sum, count) => sum + count, 0) * CUT_OFF
  const width = (range.max - range.min) / counts.length
  const below = countBins(counts, allowed)
  const above = countBins(counts.toReversed(), allowed)
  return { min: range.min + below * width, max: range.max - above * width }
}

/** How many bins together hold no more values than allowed. */
function countBins(counts: Float64Array, allowed: number): number {
  let sum = 0
  const first = counts.findIndex((count) => (sum += count) > allowed)
  return Math.max(0, first)
}

function toNearest(histogram: Histogram): Range {
  const { min, max } = histogram.range
  let best = { range: histogram.range, error: Infinity }
  for (let candidate = 0; candidate <= CANDIDATES; candidate += 1) {
    const share = 1 - (candidate / CANDIDATES) * (1 - SMALLEST_SHARE)
    const range = { min: min * share, max: max * share }
    const error = toSquaredError(histogram, range)
    if (error < best.error) best = { range, error }
  }
  return best.range
}

/** Sum of the squared differences between the counted values and their nearest steps. */
function toSquaredError(histogram: Histogram, range: Range): number {
  const affine = toAffine(range)
  return histogram.counts.reduce((sum, count, bin) => {
    if (count === 0) return sum
    const value = middleOf(histogram, bin)
    return sum + count * (value - fromStep(toStep(value, affine), affine)) ** 2
  }, 0)
}
