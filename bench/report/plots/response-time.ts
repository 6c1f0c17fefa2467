import type { Markish } from '@observablehq/plot' with { 'resolution-mode': 'import' }
import { toFigure } from '../format'
import type { Condition, Estimate } from '../report'
import { findCondition, toLevels, toName } from '../targets'
import type { Findings } from '../targets'
import { FRAME, toLevelScale, toTimeScale } from './axes'
import { toShift } from './canvas'
import type { Canvas } from './canvas'
import type { FigureGroup } from './figure'
import { toLooks } from './looks'
import type { Look } from './looks'
import { drawValues } from './values'
import { toExtent, widen } from './ticks'

type Tail = 'p90' | 'p99'

/** A quantile at a concurrency. */
interface Point {
  readonly concurrency: number
  readonly value: number
  readonly lower: number
  readonly upper: number
}

/** What one target's line is made of. */
interface Series {
  readonly look: Look
  readonly medians: readonly Point[]
  readonly tails: readonly Point[]
}

/** Response time, CPU and throughput against concurrency. */
export function toResponseTimeFigures(findings: Findings, canvas: Canvas): FigureGroup {
  const tail = toTail(findings)
  const series = toSeries(findings, tail)
  const figures = [
    {
      title: `Response time, p50 and ${tail}, ms`,
      svg: drawResponseTimes(canvas, series, toLevels(findings)),
    },
    {
      title: 'CPU a request, ms',
      svg: drawValues(canvas, findings, {
        title: 'CPU of a request in ms',
        toValue: ({ cpuMsPerRequest }) => cpuMsPerRequest,
      }),
    },
    {
      title: 'Throughput, answers/s',
      svg: drawValues(canvas, findings, {
        title: 'Answers a second',
        toValue: ({ throughput }) => throughput,
      }),
    },
  ]
  return {
    section: 'response-time',
    title: 'Against concurrency',
    legend: 'targets',
    reading: `Full signs with bars: p50 and its 95 % interval; hollow signs above them: ${tail}. Response time is on a logarithmic axis, where equal distances are equal ratios.`,
    figures: figures.flatMap(({ title, svg }) => (svg === null ? [] : [{ title, svg }])),
  }
}

/** p99 where every condition has one. */
function toTail({ conditions }: Findings): Tail {
  return conditions.every(({ responseTime }) => responseTime.p99.value !== null) ? 'p99' : 'p90'
}

/** The points of every target that has some. */
export function toSeries(findings: Findings, tail: Tail): readonly Series[] {
  return toLooks(findings)
    .map((look) => ({
      look,
      medians: toPoints(findings, look.target, ({ responseTime }) => responseTime.p50),
      tails: toPoints(findings, look.target, ({ responseTime }) => responseTime[tail]),
    }))
    .filter(({ medians }) => medians.length > 0)
}

function toPoints(
  findings: Findings,
  target: string,
  toEstimate: (condition: Condition) => Estimate,
): readonly Point[] {
  return toLevels(findings).flatMap((concurrency) => {
    const condition = findCondition(findings, target, concurrency)
    if (condition === undefined) return []
    const { value, lower, upper } = toEstimate(condition)
    // A logarithmic axis has no place for 0.
    if (value === null || value <= 0) return []
    return [{ concurrency, value, lower: toPositive(lower, value), upper: upper ?? value }]
  })
}

function toPositive(lower: number | null, otherwise: number): number {
  return lower === null || lower <= 0 ? otherwise : lower
}

/** Null where there is nothing to draw. */
export function drawResponseTimes(
  { Plot, draw }: Canvas,
  series: readonly Series[],
  levels: readonly number[],
): string | null {
  const points = series.flatMap(({ medians, tails }) => [...medians, ...tails])
  const extent = toExtent(points.flatMap(({ lower, upper }) => [lower, upper]))
  if (extent === null) return null
  const range = widen(extent, 1.15)
  const marks = series.flatMap(({ look, medians, tails }, index): Markish[] => {
    const { color, symbol } = look
    // Side by side, so that equal times do not hide each other.
    const dx = toShift(index, series.length)
    const at = { x: 'concurrency', y: 'value', dx }
    const ends = { x: 'concurrency', y1: 'lower', y2: 'upper', dx, stroke: color }
    return [
      Plot.ruleX(toStems(medians, tails), { ...ends, strokeOpacity: 0.4 }),
      Plot.dot(tails, { ...at, stroke: color, fill: 'var(--page)', symbol, r: 2.5 }),
      Plot.ruleX(medians, { ...ends, strokeWidth: 2.5 }),
      Plot.dot(medians, { ...at, fill: color, stroke: 'var(--page)', symbol, r: 4.5 }),
    ]
  })
  return draw(describe(series), {
    ...FRAME,
    x: toLevelScale(levels, 'concurrency'),
    y: toTimeScale(range),
    marks,
  })
}

/** From the median to the tail. */
function toStems(
  medians: readonly Point[],
  tails: readonly Point[],
): readonly Pick<Point, 'concurrency' | 'lower' | 'upper'>[] {
  return medians.flatMap(({ concurrency, value }) => {
    const tail = tails.find((of) => of.concurrency === concurrency)
    return tail === undefined ? [] : [{ concurrency, lower: value, upper: tail.value }]
  })
}

function describe(series: readonly Series[]): string {
  const sentences = series.map(({ look, medians }) => {
    const points = medians.map(({ concurrency, value }) => `${toFigure(value)} at ${concurrency}`)
    return `${toName(look.target)} ${points.join(', ')}`
  })
  return `Response time in ms against concurrency, p50 with its interval. Of ${sentences.join('; of ')}.`
}
