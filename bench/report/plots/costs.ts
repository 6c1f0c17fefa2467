import type { Markish } from '@observablehq/plot' with { 'resolution-mode': 'import' }
import { findCondition, toLevels } from '../targets'
import type { Findings } from '../targets'
import type { Canvas } from './canvas'
import type { Look } from './looks'

/** CPU of a request against concurrency; null where it is not known. */
export function drawCosts(
  { Plot, draw }: Canvas,
  findings: Findings,
  looks: readonly Look[],
): string | null {
  const levels = toLevels(findings)
  const series = looks.map((look) => ({
    look,
    points: levels.flatMap((concurrency) => {
      const cpu = findCondition(findings, look.target, concurrency)?.cpuMsPerRequest ?? null
      return cpu === null ? [] : [{ concurrency, cpu }]
    }),
  }))
  const most = Math.max(0, ...series.flatMap(({ points }) => points.map(({ cpu }) => cpu)))
  if (most === 0) return null
  return draw('CPU of a request in ms against concurrency', {
    height: 270,
    marginLeft: 44,
    marginTop: 26,
    marginBottom: 38,
    x: {
      type: 'point',
      domain: [...levels],
      label: 'concurrency',
      labelArrow: 'none',
      padding: 0.6,
    },
    y: { domain: [0, most * 1.1], ticks: 5, label: 'ms', labelArrow: 'none', grid: true },
    marks: series.flatMap(({ look, points }, index): Markish[] => {
      const { color, symbol, dash } = look
      const dx = (index - (series.length - 1) / 2) * 10
      const at = { x: 'concurrency', y: 'cpu', dx }
      return [
        Plot.line(points, { ...at, stroke: color, strokeDasharray: dash, strokeWidth: 1.75 }),
        Plot.dot(points, { ...at, fill: color, stroke: 'var(--page)', symbol, r: 4 }),
      ]
    }),
  })
}
