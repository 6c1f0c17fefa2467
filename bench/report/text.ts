import { toFigure, toLine, toPercent, toRatio } from './format'
import type { Comparison, Condition, OpenCondition, Report } from './report'
import { NOTHING, toInterval } from './table'

/** Columns of a terminal. */
const WIDTH = 100

/** What a run ends with on the terminal: whether it is valid, what to do, a table, and where the rest is. */
export function toText(report: Report, folder: string): string {
  const { valid, invalidReasons, warnings, advice, resolution } = report
  const rows = report.openLoop === undefined ? toRows(report) : report.openLoop.map(toOpenRow)
  const head = report.openLoop === undefined ? HEAD : OPEN_HEAD
  const table = rows.length === 0 ? [] : ['', ...toTable(head, rows)]
  const resolved = resolution === null ? [] : [`resolution: ±${toPercent(resolution)} (A/A)`]
  return [
    '',
    valid ? 'VALID' : 'INVALID',
    ...invalidReasons.flatMap((reason) => toBullet(reason)),
    ...warnings.flatMap((warning) => toBullet(`warning: ${warning}`)),
    '',
    ...wrap(advice, WIDTH),
    ...table,
    ...resolved,
    '',
    `raw rows and report: ${folder}`,
    '',
  ].join('\n')
}

const HEAD = ['at once', 'target', 'p50 ms', 'p90 ms', '1/s', 'CPU ms', 'p50 ratio', '', '']

const OPEN_HEAD = [
  ...['offered/s', 'target', 'p50 ms', 'p90 ms', 'right/s', 'not right', 'cores'],
  'late p99 ms',
]

const toCell = (value: number | null): string => (value === null ? NOTHING : toFigure(value))

/** CPU of the open loop, and what users wait for. */
function toOpenRow({ workload, target, ...values }: OpenCondition): readonly string[] {
  const { responseTime, goodput, cores, lag, requests, refused, errors } = values
  return [
    String(workload.rate),
    toLine(target),
    ...[responseTime.p50.value, responseTime.p90.value, goodput].map(toCell),
    toPercent((refused + errors) / requests),
    ...[cores.value, lag.p99].map(toCell),
  ]
}

/** Median and p90 of the response time, throughput, CPU a request, and the ratio to what it is compared with. */
function toRows({ conditions, comparisons, aa }: Report): readonly (readonly string[])[] {
  return [...conditions]
    .sort((one, other) => one.workload.concurrency - other.workload.concurrency)
    .map((condition) => toRow(condition, [...comparisons, ...aa]))
}

/** Columns of words: of names, and those that have no title. */
const WORDS: readonly string[] = ['target', '']

function toTable(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) =>
        // Names and words to the left, numbers to the right.
        WORDS.includes(head[column] ?? '')
          ? cell.padEnd(widths[column] ?? 0)
          : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  )
}

function toRow(condition: Condition, comparisons: readonly Comparison[]): readonly string[] {
  const { target, workload, responseTime, throughput, cpuMsPerRequest } = condition
  const comparison = comparisons.find(
    ({ a, concurrency, metric }) =>
      a === target && concurrency === workload.concurrency && metric === 'responseTime.p50',
  )
  return [
    String(workload.concurrency),
    toLine(target),
    toCell(responseTime.p50.value),
    toCell(responseTime.p90.value),
    toCell(throughput),
    toCell(cpuMsPerRequest),
    ...toRatioCells(comparison),
  ]
}

function toRatioCells(comparison: Comparison | undefined): readonly [string, string, string] {
  if (comparison?.ratio == null) return ['', '', '']
  const { ratio, lower, upper, verdict } = comparison
  const interval =
    lower === null || upper === null ? '' : `(${toInterval({ lower, upper }, toRatio)})`
  return [toRatio(ratio), interval, verdict]
}

function toBullet(text: string): readonly string[] {
  const [first = '', ...more] = wrap(toLine(text), WIDTH - 2)
  return [`- ${first}`, ...more.map((line) => `  ${line}`)]
}

/** Lines of at most so many characters; a longer word gets a line of its own. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const line = lines.at(-1)
    if (line !== undefined && line.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${line} ${word}`
    } else lines.push(word)
  }
  return lines
}
