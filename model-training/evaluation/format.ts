import type { Interval } from '../interval'
import type { MedianInterval } from './median-interval'
import type { PairedInterval } from './paired-interval'

/** Stands where there is nothing to tell. */
export const NOTHING = '–'

/** `0.811`. */
export const toThree = (value: number | null): string => value?.toFixed(3) ?? NOTHING

/** `0.811 (0.764 to 0.850)`. */
export const toInterval = ({ value, lower, upper }: Interval): string =>
  `${toThree(value)} (${toThree(lower)} to ${toThree(upper)})`

/** `-0.3 (-2.2 to +1.5)`, in points. */
export const toPoints = ({ value, lower, upper }: PairedInterval): string =>
  `${toSigned(value)} (${toSigned(lower)} to ${toSigned(upper)})`

/** Milliseconds, `0.62 (0.59 to 0.63)`. */
export const toMs = (median: MedianInterval | null): string =>
  median === null
    ? NOTHING
    : `${toFigure(median.value)} (${toFigure(median.lower)} to ${toFigure(median.upper)})`

/** A difference of probabilities: `0.0126`, `6.6e-7`. */
export const toDifference = (value: number): string =>
  value === 0 || value >= 1e-4 ? value.toFixed(4) : value.toExponential(1)

/** Three digits. */
export const toFigure = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value.toPrecision(3)

function toSigned(value: number): string {
  const rounded = value.toFixed(1)
  // Neither `-0.0` nor `+0.0`.
  if (Number(rounded) === 0) return '0.0'
  return value > 0 ? `+${rounded}` : rounded
}
