import type { Parts } from '../report'
import { numbers, toCell, toEstimateCell, toNumberCell, words } from '../table'
import type { Cell, Table } from '../table'

const TITLES = ['Response', 'Waiting', 'Queue', 'Decode', 'Predict', 'Serialise', 'Rest'] as const

/** Makes rows that begin with a level and a target, and go on with so many cells. */
type ToRows = (
  cells: number,
  toCells: (parts: Parts) => readonly Cell[],
) => readonly (readonly Cell[])[]

/** Response times and their parts: means, which add up, and medians. */
export function toPartTables(level: string, toRows: ToRows): readonly Table[] {
  const medians = TITLES.slice(0, -1)
  const common = { isGrouped: true, columns: [words(level), words('Target')] }
  return [
    {
      ...common,
      id: 'decomposition',
      caption:
        'Mean response time and its parts, ms, which add up to it (95 % intervals over blocks)',
      columns: [...common.columns, ...TITLES.map(numbers)],
      rows: toRows(TITLES.length, (parts) => [
        ...toCells(parts, 'mean'),
        toNumberCell(toRest(parts)),
      ]),
    },
    {
      ...common,
      id: 'median-parts',
      caption:
        'Median response time and medians of its parts, ms, which need not add up (95 % intervals over blocks)',
      columns: [...common.columns, ...medians.map(numbers)],
      rows: toRows(medians.length, (parts) => toCells(parts, 'p50')),
    },
  ]
}

function toCells(parts: Parts, statistic: 'mean' | 'p50'): readonly Cell[] {
  const { responseTime, waitingTime, queueTime, decodeTime, predictionTime, serialiseTime } = parts
  const told = [responseTime, waitingTime, queueTime, decodeTime, predictionTime]
  return [
    ...told.map((part) => toEstimateCell(part[statistic])),
    serialiseTime === undefined ? toCell(null) : toEstimateCell(serialiseTime[statistic]),
  ]
}

/** The part of the mean response time that no clock has a name for, ms; null where a part is not known. */
export function toRest(parts: Parts): number | null {
  const { responseTime, waitingTime, queueTime, decodeTime, predictionTime } = parts
  const told = [waitingTime, queueTime, decodeTime, predictionTime].map(({ mean }) => mean.value)
  const serialise = parts.serialiseTime?.mean.value ?? 0
  return [...told, serialise].reduce<number | null>(
    (rest, part) => (rest === null || part === null ? null : rest - part),
    responseTime.mean.value,
  )
}
