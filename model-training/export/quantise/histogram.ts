import type { Range } from './affine'

/** How often values of a tensor fall into each of equally wide bins. */
export interface Histogram {
  readonly range: Range
  readonly counts: Float64Array
}

const BINS = 2048

export function createHistogram(range: Range): Histogram {
  return { range, counts: new Float64Array(BINS) }
}

/** Counts values; those beyond the range are put into its outermost bins. */
export function countValues({ range, counts }: Histogram, values: Float32Array): void {
  const perValue = counts.length / (range.max - range.min)
  if (!Number.isFinite(perValue)) return
  const last = counts.length - 1
  for (const value of values) {
    const bin = Math.min(last, Math.max(0, Math.floor((value - range.min) * perValue)))
    counts[bin] = (counts[bin] ?? 0) + 1
  }
}

/** The value in the middle of a bin. */
export function middleOf({ range, counts }: Histogram, bin: number): number {
  return range.min + ((bin + 0.5) * (range.max - range.min)) / counts.length
}
