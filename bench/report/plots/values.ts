import type { Markish } from '@observablehq/plot' with { 'resolution-mode': 'import' }
import { toFigure } from '../format'
import type { Condition } from '../report'
import { findCondition, toLevels, toName } from '../targets'
import type { Findings } from '../targets'
import { FRAME, toLevelScale } from './axes'
import { toShift } from './canvas'
import type { Canvas } from './canvas'
import { toLooks } from './looks'
import type { Look } from './looks'

interface Values {
  readonly title: string
  readonly toValue: (condition: Condition) => number | null
}

interface Series {
  readonly look: Look
  readonly points: readonly { readonly concurrency: number; readonly value: number }[]
}

/** A value without an interval against concurrency, from 0; null where it is not known. */
export function drawValues(
  { Plot, draw }: Canvas,
  findings: Findings,
  { title, toValue }: Values,
): string | null {
  const levels = toLevels(findings)
  const series = toLooks(findings)
    .map((look) => ({ look, points: toPoints(findings, look.target, toValue) }))
    .filter(({ points }) => points.length > 0)
  if (series.length === 0) return null
  const most = Math.max(...series.flatMap(({ points }) => points.map(({ value }) => value)))
  return draw(describe(title, series), {
    ...FRAME,
    x: toLevelScale(levels, 'concurrency'),
    y: { domain: [0, most === 0 ? 1 : most * 1.08], ticks: 5, label: null, grid: true },
    marks: [
      Plot.ruleY([0], { strokeOpacity: 0.4 }),
      ...series.map(({ look, points }, index): Markish =>
        Plot.dot(points, {
          x: 'concurrency',
          y: 'value',
          dx: toShift(index, series.length),
          fill: look.color,
          stroke: 'var(--page)',
          symbol: look.symbol,
          r: 4.5,
        }),
      ),
    ],
  })
}

function toPoints(
  findings: Findings,
  target: string,
  toValue: Values['toValue'],
): Series['points'] {
  return toLevels(findings).flatMap((concurrency) => {
    const condition = findCondition(findings, target, concurrency)
    const value = condition === undefined ? null : toValue(condition)
    return value === null ? [] : [{ concurrency, value }]
  })
}

function describe(title: string, series: readonly Series[]): string {
  const sentences = series.map(({ look, points }) => {
    const values = points.map(({ concurrency, value }) => `${toFigure(value)} at ${concurrency}`)
    return `${toName(look.target)} ${values.join(', ')}`
  })
  return `${title} against concurrency. Of ${sentences.join('; of ')}.`
}
