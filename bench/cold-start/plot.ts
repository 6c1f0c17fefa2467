import { toFigure } from '../report/format'
import { createCanvas } from '../report/plots/canvas'
import { STAGES, STAGE_WORDS } from './cold-start'
import type { Stage } from './cold-start'
import type { ColdStartReport } from './report'

/** Okabe and Ito's, which the colour-blind tell apart. */
const COLOURS: Readonly<Record<Stage, string>> = {
  schedule: '#999999',
  container: '#0072b2',
  runtime: '#56b4e9',
  model: '#e69f00',
  routing: '#f0e442',
  firstPrediction: '#009e73',
}
const WIDTH = 760
const ROW = 34
/** About the width of one, in pixels. */
const LETTER = 5.4
const LEGEND_GAP = 26

interface Piece {
  readonly target: string
  readonly stage: Stage
  readonly from: number
  readonly to: number
}

/** The median of each stage, a bar a target. */
export async function toColdStartPlot({ columns }: ColdStartReport): Promise<string> {
  const { Plot, draw } = await createCanvas()
  const pieces = columns.flatMap(({ target, stages }) => {
    let from = 0
    return STAGES.map((stage): Piece => {
      const to = from + Math.max(0, stages?.[stage].value ?? 0)
      const piece = { target, stage, from, to }
      from = to
      return piece
    })
  })
  const longest = Math.max(1, ...pieces.map(({ to }) => to))
  const wide = pieces.filter(({ from, to }) => to - from > longest * 0.05)
  const totals = columns.flatMap(({ target, total }) =>
    total === null ? [] : [{ target, total: total.value }],
  )
  const words = columns.map(
    ({ target, total }) => `${target} ${total === null ? '?' : toFigure(total.value)} ms`,
  )
  return draw(`Median cold start: ${words.join(', ')}.`, {
    ...{
      width: WIDTH,
      height: 90 + columns.length * ROW,
      marginLeft: 150,
      marginRight: 70,
      marginTop: 40,
    },
    style: { background: 'white', color: '#1f2328' },
    x: {
      domain: [0, longest],
      label: 'ms from scaling to the first answer (medians of the parts)',
    },
    y: { domain: columns.map(({ target }) => target), label: null, tickSize: 0 },
    color: { domain: STAGES.map((stage) => STAGE_WORDS[stage]), range: Object.values(COLOURS) },
    marks: [
      Plot.barX(pieces, {
        ...{ x1: 'from', x2: 'to', y: 'target' },
        fill: ({ stage }: Piece) => COLOURS[stage],
        insetTop: 4,
        insetBottom: 4,
      }),
      Plot.text(wide, {
        x: ({ from, to }: Piece) => (from + to) / 2,
        y: 'target',
        text: ({ from, to }: Piece) => toFigure(to - from),
        fill: ({ stage }: Piece) => (stage === 'container' ? 'white' : 'black'),
      }),
      Plot.text(totals, {
        x: () => longest,
        y: 'target',
        text: ({ total }: { readonly total: number }) => toFigure(total),
        ...{ textAnchor: 'start', dx: 8, fontWeight: 600 },
      }),
      ...STAGES.map((stage, at) =>
        Plot.text([STAGE_WORDS[stage]], {
          frameAnchor: 'top-left',
          text: (word: string) => `■ ${word}`,
          fill: stage === 'routing' ? '#b8a800' : COLOURS[stage],
          ...{ dx: toLegendPlace(at), dy: -24, textAnchor: 'start' },
        }),
      ),
    ],
  })
}

/** Right of the words before it. */
function toLegendPlace(at: number): number {
  const before = STAGES.slice(0, at).map((stage) => STAGE_WORDS[stage].length)
  return before.reduce((sum, letters) => sum + letters * LETTER + LEGEND_GAP, -60)
}
