import type { Pair } from '../../run'
import { toLine, toRatio } from '../format'
import type { Comparison, Metric } from '../report'
import { toVerdictWord } from '../tables/comparisons'
import { findComparisons, toName, toPairs } from '../targets'
import type { Findings } from '../targets'
import type { Canvas } from './canvas'
import type { Figure, FigureGroup } from './figure'
import { toLooks } from './looks'
import type { Look } from './looks'
import { toExtent, toLogTicks, toTickText, widen } from './ticks'
import type { Extent } from './ticks'

interface Row {
  readonly concurrency: number
  readonly ratio: number
  readonly lower: number
  readonly upper: number
  readonly word: string
}

const METRICS = [
  { metric: 'responseTime.p50', title: 'response time, p50' },
  { metric: 'cpuMsPerRequest', title: 'CPU a request' },
] as const satisfies { readonly metric: Metric; readonly title: string }[]

const BAND = { least: 0.95, most: 1.05 }

/** The ratios of every pair, a small plot a metric. */
export function toRatioFigures(findings: Findings, canvas: Canvas): FigureGroup {
  const looks = toLooks(findings)
  const pairs = toPairs(findings.plan.comparisons, findings.comparisons)
  return {
    section: 'ratios',
    title: 'Ratios with their 95 % intervals',
    legend: 'none',
    reading:
      'Right of 1 is more than the reference. The band is ±5 %: an interval inside it is equivalent. Rows are concurrencies.',
    figures: pairs.flatMap((pair) =>
      METRICS.flatMap(({ metric, title }) => {
        const compared = findComparisons(findings.comparisons, pair, metric)
        const look = looks.find(({ target }) => target === pair.a)
        return look === undefined ? [] : drawPair(canvas, compared, { pair, title, look })
      }),
    ),
  }
}

interface Titled {
  readonly pair: Pair
  readonly title: string
  readonly look: Look
}

function drawPair(
  canvas: Canvas,
  compared: readonly Comparison[],
  { pair, title, look }: Titled,
): readonly Figure[] {
  const rows = compared.flatMap(toRow)
  if (rows.length === 0) return []
  const name = `${toLine(pair.a)} / ${toLine(pair.b)}: ${title}`
  return [{ title: name, svg: drawRows(canvas, rows, look, describe(pair, title, rows)) }]
}

function toRow(comparison: Comparison): readonly Row[] {
  const { concurrency, ratio, lower, upper } = comparison
  if (ratio === null || ratio <= 0) return []
  return [
    {
      concurrency,
      ratio,
      lower: lower === null || lower <= 0 ? ratio : lower,
      upper: upper ?? ratio,
      word: `${toRatio(ratio)} ${toVerdictWord(comparison)}`,
    },
  ]
}

function drawRows(
  { Plot, draw }: Canvas,
  rows: readonly Row[],
  { color, symbol }: Look,
  description: string,
): string {
  const domain = toDomain(rows)
  return draw(description, {
    height: 48 + rows.length * 26,
    marginLeft: 32,
    marginRight: 104,
    marginTop: 6,
    marginBottom: 36,
    x: {
      type: 'log',
      domain: [domain.least, domain.most],
      ticks: [...toLogTicks(domain)],
      tickFormat: toTickText,
      label: 'ratio',
      labelArrow: 'none',
      labelAnchor: 'center',
    },
    y: {
      type: 'band',
      domain: rows.map(({ concurrency }) => concurrency),
      label: null,
      tickSize: 0,
    },
    marks: [
      Plot.rect([BAND], { x1: 'least', x2: 'most', fill: 'var(--line)', fillOpacity: 0.6 }),
      Plot.ruleX([1], { stroke: 'var(--ink)' }),
      Plot.ruleY(rows, {
        y: 'concurrency',
        x1: 'lower',
        x2: 'upper',
        stroke: color,
        strokeWidth: 2,
      }),
      Plot.dot(rows, {
        x: 'ratio',
        y: 'concurrency',
        fill: color,
        stroke: 'var(--page)',
        symbol,
        r: 4.5,
      }),
      Plot.text(rows, {
        frameAnchor: 'right',
        y: 'concurrency',
        text: 'word',
        textAnchor: 'start',
        dx: 8,
      }),
    ],
  })
}

/** Wide enough for the band, so that it is seen how far from it the ratios are. */
function toDomain(rows: readonly Row[]): Extent {
  const bounds = rows.flatMap(({ lower, upper }) => [lower, upper])
  return widen(toExtent([...bounds, BAND.least, BAND.most]) ?? BAND, 1.03)
}

function describe({ a, b }: Pair, title: string, rows: readonly Row[]): string {
  const points = rows.map(({ concurrency, word }) => `${word} at concurrency ${concurrency}`)
  return `Ratio of ${title} of ${toName(a)} to that of ${toName(b)}: ${points.join(', ')}.`
}
