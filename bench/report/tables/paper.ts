import { PAPER } from '../paper'
import type { PaperExperiment, Sequence } from '../report'
import { NOTHING, numbers, toCell, toNumberCell, words } from '../table'
import type { Cell, Column, Table } from '../table'

/** Which of the paper's two stands beside a target of ours; none beside one that the user named. */
const COUNTERPARTS: Readonly<Record<string, keyof typeof PAPER.sequence>> = {
  container: 'container',
  'container-again': 'container',
  function: 'function',
  'stock-function': 'function',
}

const PAPER_GROUP = 20

/** Groups of simultaneous requests, and one request after the other. */
export function toPaperTables({ groups, sequences }: PaperExperiment): readonly Table[] {
  return [
    ...(groups.length === 0 ? [] : [toGroupsTable(groups)]),
    ...(sequences.length === 0 ? [] : [toSequencesTable(sequences)]),
  ]
}

function toGroupsTable(groups: PaperExperiment['groups']): Table {
  const withPaper = groups.some(({ target }) => Object.hasOwn(COUNTERPARTS, target))
  return {
    id: 'groups',
    caption: 'Groups of simultaneous requests on fresh connections: response time of a group, ms',
    isGrouped: true,
    columns: [
      words('Simultaneous requests'),
      words('Target'),
      numbers('Mean'),
      numbers('Fastest'),
      numbers('Slowest'),
      ...(withPaper ? [numbers('The paper’s mean')] : []),
      numbers('Repetitions'),
      numbers('Errors'),
    ],
    rows: [...groups]
      .sort((one, other) => one.concurrency - other.concurrency)
      .map((group) => [
        toCell(String(group.concurrency)),
        toCell(group.target),
        toNumberCell(group.mean),
        toNumberCell(group.fastest),
        toNumberCell(group.slowest),
        ...(withPaper ? [toNumberCell(toPaperMean(group))] : []),
        toNumberCell(group.repetitions, String),
        toNumberCell(group.errors, String),
      ]),
  }
}

function toPaperMean({
  target,
  concurrency,
}: {
  readonly target: string
  readonly concurrency: number
}): number | null {
  const isMeasured = concurrency === PAPER_GROUP && COUNTERPARTS[target] === 'function'
  return isMeasured ? PAPER.groupOf20.function.mean : null
}

/** Two columns a target. */
function toSequencesTable(sequences: readonly Sequence[]): Table {
  const length = Math.max(...sequences.map(({ requests }) => requests.length))
  const requests = Array.from({ length }, (_, index) => index)
  return {
    id: 'sequence',
    caption: 'Requests one after the other, each on a fresh connection, ms',
    isGrouped: false,
    columns: [words('Request'), ...sequences.flatMap(toColumns)],
    rows: [
      ...requests.map((index) => [
        toCell(String(index + 1)),
        ...sequences.flatMap((sequence) => toRequestCells(sequence, index)),
      ]),
      [toCell('Mean'), ...sequences.flatMap(toMeanCells)],
      ...toPaperRow(sequences),
      [
        toCell('Errors'),
        ...sequences.flatMap(({ errors }) => [toCell(''), toNumberCell(errors, String)]),
      ],
    ],
  }
}

function toColumns({ target }: Sequence): readonly Column[] {
  return [numbers(`${target}: prediction`), numbers(`${target}: response`)]
}

function toRequestCells({ requests }: Sequence, index: number): readonly Cell[] {
  const request = requests[index]
  return [
    toNumberCell(request?.predictionTime ?? null),
    toNumberCell(request?.responseTime ?? null),
  ]
}

function toMeanCells(sequence: Sequence): readonly Cell[] {
  return [toNumberCell(sequence.meanPredictionTime), toNumberCell(sequence.meanResponseTime)]
}

function toPaperRow(sequences: readonly Sequence[]): readonly (readonly Cell[])[] {
  if (!sequences.some(({ target }) => Object.hasOwn(COUNTERPARTS, target))) return []
  const cells = sequences.flatMap(({ target }) => {
    const counterpart = Object.hasOwn(COUNTERPARTS, target) ? COUNTERPARTS[target] : undefined
    if (counterpart === undefined) return [toCell(NOTHING), toCell(NOTHING)]
    const { predictionTime, responseTime } = PAPER.sequence[counterpart]
    return [toNumberCell(predictionTime), toNumberCell(responseTime)]
  })
  return [[toCell('The paper’s mean'), ...cells]]
}
