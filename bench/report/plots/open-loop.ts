import type { Markish } from '@observablehq/plot' with { 'resolution-mode': 'import' }
import { toFigure } from '../format'
import type { OpenCondition } from '../report'
import { toName } from '../targets'
import type { Findings } from '../targets'
import { FRAME } from './axes'
import type { Canvas } from './canvas'
import type { FigureGroup } from './figure'
import { toLooks } from './looks'
import type { Look } from './looks'

interface Point {
  readonly rate: number
  readonly value: number
}

interface Series {
  readonly look: Look
  readonly points: readonly Point[]
}

type ToValue = (condition: OpenCondition) => number | null

/** What is drawn of the open loop, against the rate. */
export const OPEN_LOOP_VALUES: readonly { readonly title: string; readonly toValue: ToValue }[] = [
  { title: 'CPU, cores', toValue: ({ cores }) => cores.value },
  {
    title: 'Memory, MiB',
    toValue: ({ peakMemoryBytes }) => (peakMemoryBytes === null ? null : peakMemoryBytes / 2 ** 20),
  },
  { title: 'Response time, p90, ms', toValue: ({ responseTime }) => responseTime.p90.value },
]

/** CPU, memory and response time against the rate at which requests are offered. */
export function toOpenLoopFigures(findings: Findings, canvas: Canvas): FigureGroup {
  return {
    section: 'open-loop',
    title: 'Against offered load',
    legend: 'targets',
    reading: `Requests a second at ${findings.plan.openLoop?.arrivals === 'constant' ? 'even' : 'random'} times; response time counts from the planned send.`,
    figures: OPEN_LOOP_VALUES.flatMap(({ title, toValue }) => {
      const svg = drawAgainstRate(canvas, findings, { title, toValue })
      return svg === null ? [] : [{ title, svg }]
    }),
  }
}

/** Lines from 0 against the rate; null where nothing is known. */
export function drawAgainstRate(
  { Plot, draw }: Canvas,
  findings: Findings,
  { title, toValue }: { readonly title: string; readonly toValue: ToValue },
): string | null {
  const series = toLooks(findings)
    .map((look) => ({ look, points: toPoints(findings, look.target, toValue) }))
    .filter(({ points }) => points.length > 0)
  if (series.length === 0) return null
  const all = series.flatMap(({ points }) => points)
  const most = Math.max(...all.map(({ value }) => value))
  return draw(describe(title, series), {
    ...FRAME,
    x: {
      domain: [0, Math.max(...all.map(({ rate }) => rate)) * 1.05],
      ticks: 5,
      label: 'requests/s offered',
      labelArrow: 'none',
    },
    y: { domain: [0, most === 0 ? 1 : most * 1.08], ticks: 5, label: null, grid: true },
    marks: [
      Plot.ruleY([0], { strokeOpacity: 0.4 }),
      ...series.flatMap(({ look, points }): Markish[] => [
        Plot.line(points, {
          ...{ x: 'rate', y: 'value', stroke: look.color, strokeWidth: 1.5 },
          strokeDasharray: look.dash,
        }),
        Plot.dot(points, {
          ...{ x: 'rate', y: 'value', fill: look.color, stroke: 'var(--page)' },
          ...{ symbol: look.symbol, r: 4.5 },
        }),
      ]),
    ],
  })
}

function toPoints({ openLoop = [] }: Findings, target: string, toValue: ToValue): readonly Point[] {
  return openLoop
    .filter((condition) => condition.target === target)
    .flatMap((condition) => {
      const value = toValue(condition)
      return value === null ? [] : [{ rate: condition.workload.rate, value }]
    })
    .sort((one, other) => one.rate - other.rate)
}

function describe(title: string, series: readonly Series[]): string {
  const sentences = series.map(({ look, points }) => {
    const values = points.map(({ rate, value }) => `${toFigure(value)} at ${rate}`)
    return `${toName(look.target)} ${values.join(', ')}`
  })
  return `${title}, against requests offered a second. Of ${sentences.join('; of ')}.`
}
