import { toFigure, toShort } from '../format'
import type { Condition } from '../report'
import { toRest } from '../tables/parts'
import { findCondition, toLevels, toName } from '../targets'
import type { Findings } from '../targets'
import type { Canvas } from './canvas'
import type { Figure, FigureGroup } from './figure'
import { PARTS, toLooks } from './looks'

/** One target's mean response time, cut into parts. */
interface Bar {
  readonly target: string
  readonly label: string
  readonly total: number
  readonly pieces: readonly Piece[]
}

interface Piece {
  readonly label: string
  readonly color: string
  readonly textColor: string
  readonly from: number
  readonly to: number
  readonly name: string
}

/** Longer names are cut. */
const LABEL_LENGTH = 15

/** A piece needs this share of the longest bar to have its figure written on it. */
const ROOM_FOR_TEXT = 0.13

/** Where the mean response time goes, a small plot a concurrency. */
export function toDecompositionFigures(findings: Findings, canvas: Canvas): FigureGroup {
  return {
    section: 'decomposition',
    title: 'Parts of the mean response time',
    legend: 'parts',
    reading:
      'The parts of a bar add up to the mean response time, written at its end. Every plot has its own axis.',
    figures: toLevels(findings).flatMap((concurrency) => drawLevel(findings, canvas, concurrency)),
  }
}

function drawLevel(findings: Findings, canvas: Canvas, concurrency: number): readonly Figure[] {
  const bars = toLooks(findings).flatMap(({ target }) =>
    toBars(findCondition(findings, target, concurrency)),
  )
  if (bars.length === 0) return []
  const title = `Concurrency ${concurrency}`
  return [{ title, svg: drawBars(canvas, bars, `${title}. ${describe(bars)}`) }]
}

function toBars(condition: Condition | undefined): readonly Bar[] {
  if (condition === undefined) return []
  const total = condition.responseTime.mean.value
  const rest = toRest(condition)
  if (total === null || rest === null) return []
  const times = {
    waiting: condition.waitingTime.mean.value,
    queue: condition.queueTime.mean.value,
    decode: condition.decodeTime.mean.value,
    predict: condition.predictionTime.mean.value,
    rest: rest + (condition.serialiseTime?.mean.value ?? 0),
  }
  const label = toShort(condition.target, LABEL_LENGTH)
  const pieces: Piece[] = []
  let from = 0
  for (const { name, color, text } of PARTS) {
    const time = Math.max(0, times[name] ?? 0)
    pieces.push({ name, label, color, textColor: text, from, to: from + time })
    from += time
  }
  return [{ target: condition.target, label, total, pieces }]
}

function drawBars({ Plot, draw }: Canvas, bars: readonly Bar[], description: string): string {
  const longest = Math.max(...bars.map(({ pieces }) => pieces.at(-1)?.to ?? 0))
  const pieces = bars.flatMap((bar) => bar.pieces).filter(({ from, to }) => to > from)
  const wide = pieces.filter(({ from, to }) => (to - from) / longest >= ROOM_FOR_TEXT)
  return draw(description, {
    height: 48 + bars.length * 28,
    marginLeft: 96,
    marginRight: 46,
    marginTop: 4,
    marginBottom: 34,
    x: {
      domain: [0, longest],
      ticks: 4,
      label: 'ms',
      labelArrow: 'none',
      labelAnchor: 'center',
      tickFormat: toFigureTick,
    },
    y: { domain: bars.map(({ label }) => label), label: null, tickSize: 0, padding: 0.22 },
    marks: [
      Plot.barX(pieces, {
        x1: 'from',
        x2: 'to',
        y: 'label',
        fill: 'color',
        stroke: 'var(--ink)',
        strokeWidth: 0.6,
      }),
      Plot.text(wide, {
        x: ({ from, to }: Piece) => (from + to) / 2,
        y: 'label',
        text: ({ from, to }: Piece) => toFigure(to - from),
        fill: 'textColor',
        fontSize: 10,
      }),
      Plot.text(bars, {
        x: ({ pieces: of }: Bar) => of.at(-1)?.to ?? 0,
        y: 'label',
        text: ({ total }: Bar) => toFigure(total),
        textAnchor: 'start',
        dx: 5,
        fontWeight: 600,
      }),
    ],
  })
}

function toFigureTick(value: number): string {
  return String(value)
}

function describe(bars: readonly Bar[]): string {
  const sentences = bars.map(({ target, total, pieces }) => {
    const parts = pieces.map(({ name, from, to }) => `${name} ${toFigure(to - from)}`)
    return `${toName(target)} ${toFigure(total)} ms: ${parts.join(', ')}`
  })
  return `Mean response time of ${sentences.join('; of ')}.`
}
