import type { Markish } from '@observablehq/plot' with { 'resolution-mode': 'import' }
import { toFigure } from '../format'
import type { Distribution } from '../report'
import { toName } from '../targets'
import type { Findings } from '../targets'
import type { Canvas } from './canvas'
import type { Figure, FigureGroup } from './figure'
import { toLooks } from './looks'
import type { Look } from './looks'
import { toExtent, toLogTicks, toTickText, widen } from './ticks'

interface Curve {
  readonly look: Look
  readonly quantiles: readonly number[]
}

/** Which share of the requests was answered within a time, a small plot a concurrency. */
export function toDistributionFigures(
  findings: Findings,
  distributions: readonly Distribution[],
  canvas: Canvas,
): FigureGroup {
  const levels = [...new Set(distributions.map(({ concurrency }) => concurrency))]
  const looks = toLooks(findings)
  return {
    section: 'response-time',
    title: 'Share of requests answered within a time',
    legend: 'targets',
    reading:
      'The further left a curve, the faster; 50 % is the p50, 90 % the p90. Every plot has its own logarithmic time axis.',
    figures: levels
      .sort((one, other) => one - other)
      .flatMap((concurrency) => {
        const curves = looks.flatMap((look) => toCurves(look, distributions, concurrency))
        return drawLevel(canvas, curves, `Concurrency ${concurrency}`)
      }),
  }
}

function toCurves(
  look: Look,
  distributions: readonly Distribution[],
  concurrency: number,
): readonly Curve[] {
  const found = distributions.find(
    (of) => of.target === look.target && of.concurrency === concurrency,
  )
  const quantiles = found?.quantiles ?? []
  return quantiles.length > 1 ? [{ look, quantiles }] : []
}

function drawLevel(
  { Plot, draw }: Canvas,
  curves: readonly Curve[],
  title: string,
): readonly Figure[] {
  const extent = toExtent(curves.flatMap(({ quantiles }) => quantiles.filter((time) => time > 0)))
  if (extent === null) return []
  const { least, most } = widen(extent, 1.05)
  const svg = draw(`${title}. ${describe(curves)}`, {
    height: 190,
    marginLeft: 44,
    marginRight: 16,
    marginTop: 14,
    marginBottom: 36,
    x: {
      type: 'log',
      domain: [least, most],
      ticks: [...toLogTicks({ least, most })],
      tickFormat: toTickText,
      label: 'ms',
      labelArrow: 'none',
      labelAnchor: 'center',
      grid: true,
    },
    y: {
      domain: [0, 1],
      ticks: [0, 0.5, 0.9, 1],
      tickFormat: (share: number) => `${Math.round(share * 100)} %`,
      label: null,
      grid: true,
    },
    marks: curves.map((curve): Markish => {
      const { color, dash } = curve.look
      return Plot.line(toPoints(curve), {
        x: 'time',
        y: 'share',
        stroke: color,
        strokeDasharray: dash,
        strokeWidth: 1.75,
      })
    }),
  })
  return [{ title, svg }]
}

function toPoints({
  quantiles,
}: Curve): readonly { readonly time: number; readonly share: number }[] {
  return quantiles
    .map((time, index) => ({ time, share: index / (quantiles.length - 1) }))
    .filter(({ time }) => time > 0)
}

function describe(curves: readonly Curve[]): string {
  const sentences = curves.map(({ look, quantiles }) => {
    const last = quantiles.length - 1
    const [half, most] = [0.5, 0.9].map((share) => quantiles[Math.round(share * last)] ?? 0)
    return `${toName(look.target)} within ${toFigure(half ?? 0)} and ${toFigure(most ?? 0)} ms`
  })
  return `Cumulative distribution of response times: 50 % and 90 % of the requests to ${sentences.join('; to ')}.`
}
