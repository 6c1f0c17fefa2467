import type { Markish } from '@observablehq/plot' with { 'resolution-mode': 'import' }
import type { BreakEven } from '../../cost/break-even'
import type { Cost, CostChoice, CostPoint } from '../cost'
import { toChoiceWords, toCount } from '../tables/cost'
import { FRAME } from './axes'
import type { Canvas } from './canvas'
import type { Figure, FigureGroup } from './figure'
import { toExtent, toLogTicks, toTickText, widen } from './ticks'
import type { Extent } from './ticks'

const FUNCTION = 'var(--target-2)'
const CONTAINER = 'var(--target-1)'

/** What a day costs against requests, and what moves the point where both cost the same. */
export function toCostFigures(cost: Cost | undefined, canvas: Canvas): FigureGroup {
  return {
    section: 'cost',
    title: 'Function that ends when nobody asks (a model), and container that is always there',
    legend: 'none',
    reading:
      'Left: the flat line is the container; where the rising one crosses it both cost the same. Right: the crossing, with one ' +
      'thing otherwise at a time.',
    figures:
      cost === undefined || 'reason' in cost.choice
        ? []
        : [
            drawCurve(canvas, cost.choice, cost.prices.currency),
            ...drawSensitivity(canvas, cost.choice),
          ],
  }
}

function drawCurve({ Plot, draw }: Canvas, choice: CostChoice, currency: string): Figure {
  const { curve, breakEven } = choice
  const x = toExtent(curve.map(({ requests }) => requests)) ?? { least: 1, most: 10 }
  const y = widen(
    toExtent(curve.flatMap(({ scaleToZero, alwaysOn }) => [scaleToZero, alwaysOn])) ?? {
      least: 1,
      most: 10,
    },
    1.3,
  )
  const title = `What a day costs, ${currency}`
  const line = (value: 'scaleToZero' | 'alwaysOn', stroke: string, strokeDasharray: string) =>
    Plot.line(curve, { x: 'requests', y: value, stroke, strokeWidth: 2, strokeDasharray })
  const last = curve.at(-1)
  const name = (
    text: string,
    at: CostPoint | undefined,
    y: 'scaleToZero' | 'alwaysOn',
    fill: string,
  ): Markish =>
    Plot.text(at === undefined ? [] : [at], {
      ...{ x: 'requests', y, text: () => text, fill },
      ...{ textAnchor: 'start', dx: 6, dy: y === 'alwaysOn' ? -9 : 9 },
    })
  return {
    title,
    svg: draw(`${title}, against requests a day, both logarithmic. ${toChoiceWords(choice)}`, {
      ...FRAME,
      marginLeft: 56,
      x: {
        ...{ type: 'log', domain: [x.least, x.most], label: 'requests a day', labelArrow: 'none' },
        ticks: toWideTicks(x),
        tickFormat: toPower,
      },
      y: {
        ...{ type: 'log', domain: [y.least, y.most], label: null, grid: true },
        ticks: toWideTicks(y),
        tickFormat: toTickText,
      },
      marks: [
        line('alwaysOn', CONTAINER, 'none'),
        line('scaleToZero', FUNCTION, '7 3'),
        ...(breakEven.state === 'meets'
          ? [
              Plot.dot([breakEven], {
                ...{ x: 'requests', y: () => last?.alwaysOn ?? 1, r: 5 },
                ...{ fill: 'var(--ink)', stroke: 'var(--page)' },
              }),
            ]
          : []),
        name('container', curve[0], 'alwaysOn', CONTAINER),
        name('function', curve[Math.floor(curve.length / 3)], 'scaleToZero', FUNCTION),
      ],
    }),
  }
}

/** Every second power of ten: a day may have ten requests or ten million. */
function toWideTicks({ least, most }: Extent): number[] {
  const first = Math.ceil(Math.log10(least))
  const last = Math.floor(Math.log10(most))
  return Array.from({ length: Math.floor((last - first) / 2) + 1 }, (_, at) =>
    Number(`1e${first + 2 * at}`),
  )
}

/** `1k`, `10k`, `1M`. */
function toPower(value: number): string {
  if (value >= 1e6) return `${value / 1e6}M`
  return value >= 1000 ? `${value / 1000}k` : String(value)
}

interface Bar {
  readonly what: string
  readonly least: number
  readonly most: number
}

/** Where the costs meet from the least to the most that a thing makes of it; nothing where they never do. */
function drawSensitivity({ Plot, draw }: Canvas, choice: CostChoice): readonly Figure[] {
  const measured = toRequests(choice.breakEven)
  if (measured === undefined) return []
  const bars = choice.sensitivities.map(({ what, cases }): Bar => {
    const met = [measured, ...cases.flatMap(({ breakEven }) => toRequests(breakEven) ?? [])]
    return { what, least: Math.min(...met), most: Math.max(...met) }
  })
  const extent = widen(
    toExtent(bars.flatMap(({ least, most }) => [least, most])) ?? { least: 1, most: 10 },
    1.4,
  )
  const title = 'Requests a day at which both cost the same'
  const told = bars.map(({ what, least, most }) => `${what}: ${toCount(least)} to ${toCount(most)}`)
  return [
    {
      title,
      svg: draw(`${title}: ${toCount(measured)}. With one thing otherwise, ${told.join('; ')}.`, {
        ...FRAME,
        marginLeft: 150,
        x: {
          ...{ type: 'log', domain: [extent.least, extent.most], label: null, grid: true },
          ticks: [...toLogTicks(extent)],
          tickFormat: toPower,
        },
        y: { domain: bars.map(({ what }) => what), label: null, tickSize: 0 },
        marks: [
          Plot.ruleX([measured], { strokeOpacity: 0.5, strokeDasharray: '3 3' }),
          Plot.ruleY(bars, {
            ...{ y: 'what', x1: 'least', x2: 'most', stroke: FUNCTION, strokeWidth: 8 },
          }),
          Plot.dot(bars, { y: 'what', x: measured, r: 3.5, fill: 'var(--ink)' }),
        ],
      }),
    },
  ]
}

const toRequests = (breakEven: BreakEven): number | undefined =>
  breakEven.state === 'meets' ? breakEven.requests : undefined
