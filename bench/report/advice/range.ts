import { toFigure, toPercent, toRatio } from '../format'
import type { Comparison } from '../report'

/** `1.02 to 1.31`; one number where both ends read the same. */
export function toRange(values: readonly number[], format: (value: number) => string): string {
  const [least, most] = [format(Math.min(...values)), format(Math.max(...values))]
  return least === most ? least : `${least} to ${most}`
}

/** The ratios that are known. */
export function toRatios(comparisons: readonly Comparison[]): readonly number[] {
  return comparisons.flatMap(({ ratio }) => (ratio === null ? [] : [ratio]))
}

/** `5.4 to 11 % more`, `20 % less`, `4.84 to 5.67 times the`; of ratios on one side of 1. */
export function toHowMuch(ratios: readonly number[]): string {
  if (Math.max(...ratios) >= 2) return `${toRange(ratios, toFigure)} times the`
  const shares = ratios.map((ratio) => Math.abs(ratio - 1))
  const range = toRange(shares, toPercent).replace(' % to', ' to')
  return `${range} ${Math.max(...ratios) > 1 ? 'more' : 'less'}`
}

/** `(ratio 1.02 to 1.31, 95 % intervals 1.01 to 1.33)`; empty without a ratio. */
export function toEvidence(comparisons: readonly Comparison[]): string {
  const ratios = toRatios(comparisons)
  if (ratios.length === 0) return ''
  const bounds = comparisons.flatMap(({ lower, upper }) =>
    lower === null || upper === null ? [] : [lower, upper],
  )
  const evidence = [`ratio ${toRange(ratios, toRatio)}`]
  if (bounds.length > 0) {
    evidence.push(`95 % interval${ratios.length > 1 ? 's' : ''} ${toRange(bounds, toRatio)}`)
  }
  return ` (${evidence.join(', ')})`
}
