import { toFigure } from '../report/format'
import { createCanvas } from '../report/plots/canvas'
import { toName } from './markdown'
import { OURS } from './peers'
import type { PeerRow, PeersReport } from './report'

const WIDTH = 760
const ROW = 22
const OUR_COLOUR = '#0072b2'
const THEIR_COLOUR = '#999999'

interface Bar {
  readonly name: string
  readonly side: string
  readonly value: number
  readonly isOurs: boolean
}

/** CPU a request and throughput at the highest concurrency, a bar each. */
export async function toPeersPlot({ rows, plan }: PeersReport): Promise<string> {
  const { Plot, draw } = await createCanvas()
  const most = Math.max(...plan.concurrency)
  const level = rows.filter(({ concurrency }) => concurrency === most)
  const names = [...level]
    .sort((one, two) => (one.cpuMsPerRequest ?? 0) - (two.cpuMsPerRequest ?? 0))
    .map(toName)
  const sides = [`CPU ms a request, ${most} connections`, `answers a second, ${most} connections`]
  const toBars = (side: string, toValue: (row: PeerRow) => number | null): readonly Bar[] => {
    const longest = Math.max(...level.map((row) => toValue(row) ?? 0), Number.MIN_VALUE)
    return level.flatMap((row) => {
      const value = toValue(row)
      const isOurs = row.peer === OURS
      return value === null
        ? []
        : [{ name: toName(row), side, value, isOurs, share: value / longest }]
    })
  }
  const bars = [
    ...toBars(sides[0] ?? '', ({ cpuMsPerRequest }) => cpuMsPerRequest),
    ...toBars(sides[1] ?? '', ({ throughput }) => throughput),
  ]
  const told = bars.map(({ name, side, value }) => `${name}: ${toFigure(value)} ${side}`)
  return draw(`Servers of the same model: ${told.join('; ')}.`, {
    ...{ width: WIDTH, height: 70 + names.length * ROW, marginLeft: 130, marginTop: 40 },
    style: { background: 'white', color: '#1f2328' },
    x: { domain: [0, 1.2], axis: null },
    y: { domain: names, label: null, tickSize: 0 },
    fx: { domain: sides, label: null, axis: 'top' },
    marks: [
      Plot.barX(bars, {
        ...{ fx: 'side', y: 'name', x: 'share', insetTop: 3, insetBottom: 3 },
        fill: ({ isOurs }: Bar) => (isOurs ? OUR_COLOUR : THEIR_COLOUR),
      }),
      Plot.text(bars, {
        ...{ fx: 'side', y: 'name', x: 'share', textAnchor: 'start', dx: 5 },
        text: ({ value }: Bar) => toFigure(value),
      }),
    ],
  })
}
