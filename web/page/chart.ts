import { drawing } from './element'
import { drawSign, toLook } from './look'
import type { Target } from './setup'
import { summarise } from './summary'
import type { Observation } from './summary'
import { toTicks } from './ticks'

interface ChartOptions {
  readonly targets: readonly Target[]
  readonly observations: readonly Observation[]
  /** Photos of the whole run, so that the axis does not grow with them. */
  readonly count: number
  /** px on the screen: text keeps its size on a narrow one. */
  readonly width: number
}

const HEIGHT = 260
const LEFT = 44
const RIGHT = 12
const TOP = 10
const BOTTOM = 38
const TICKS = 5

/** Round trips against the photo's number, a sign each, with a line at each target's median. */
export function drawChart({ targets, observations, count, width }: ChartOptions): SVGElement {
  const points = observations.flatMap(({ number, target: { name }, answer }) =>
    answer.state === 'classified' ? [{ number, name, ms: answer.roundTripMs }] : [],
  )
  const ticks = toTicks(Math.max(1, ...points.map(({ ms }) => ms)), TICKS)
  const top = ticks.at(-1) ?? 1
  const toX = (number: number): number =>
    LEFT + ((number - 0.5) / Math.max(1, count)) * (width - LEFT - RIGHT)
  const toY = (ms: number): number => HEIGHT - BOTTOM - (ms / top) * (HEIGHT - TOP - BOTTOM)
  const medians = summarise(targets, observations).flatMap(({ target, roundTripMs }) =>
    roundTripMs === undefined
      ? []
      : [drawMedian(toLook(targets, target.name).color, toY(roundTripMs), width)],
  )
  const signs = points.map(({ number, name, ms }) =>
    drawSign(toLook(targets, name), toX(number), toY(ms)),
  )
  return drawing(
    'svg',
    {
      role: 'img',
      'aria-label': toDescription(targets, points.length),
      viewBox: `0 0 ${width} ${HEIGHT}`,
      width,
      height: HEIGHT,
    },
    ...ticks.map((ms) => drawTick(ms, toY(ms), width)),
    ...toNumbers(count).map((number) =>
      drawText(String(number), {
        x: toX(number),
        y: HEIGHT - BOTTOM + 16,
        'text-anchor': 'middle',
      }),
    ),
    drawText('Photo', { x: width - RIGHT, y: HEIGHT - 4, 'text-anchor': 'end' }),
    drawing('g', { class: 'signs' }, ...signs),
    ...medians,
  )
}

/** The tables tell the same in words. */
const toDescription = (targets: readonly Target[], points: number): string =>
  `Round trips of ${targets.map(({ name }) => name).join(' and ')} against the number of the photo: ${points} points. ` +
  'The table of medians and the one of every request have the values.'

/** The first photo, the last, and round numbers between. */
function toNumbers(count: number): readonly number[] {
  const between = toTicks(count, 4).filter((number) => number > 1 && number < count)
  const whole = between.filter((number) => Number.isInteger(number) && number < count * 0.93)
  return [...new Set([1, ...whole, count])]
}

function drawTick(ms: number, y: number, width: number): SVGElement {
  return drawing(
    'g',
    {},
    drawing('line', { class: 'grid', x1: LEFT, x2: width - RIGHT, y1: y, y2: y }),
    drawText(String(ms), { x: LEFT - 8, y: y + 4, 'text-anchor': 'end' }),
  )
}

const drawText = (text: string, attributes: Readonly<Record<string, string | number>>) =>
  drawing('text', attributes, text)

const drawMedian = (color: string, y: number, width: number): SVGElement =>
  drawing('line', {
    class: 'median',
    stroke: color,
    x1: LEFT,
    x2: width - RIGHT,
    y1: y,
    y2: y,
  })
