import { toMebibytes } from '../format'
import type { Condition } from '../report'
import { numbers, toCell, toEstimateCell, toNumberCell, words } from '../table'
import type { Cell, Table } from '../table'
import { toPartTables } from './parts'
import { findCondition, toLevels, toTargets } from '../targets'
import type { Findings } from '../targets'

type ToCells = (condition: Condition) => readonly Cell[]

/** Every target at every concurrency, losses included. */
export function toConditionsTable(report: Findings): Table {
  return {
    id: 'conditions',
    caption: 'Every target at every concurrency (95 % intervals over blocks)',
    isGrouped: true,
    columns: [
      words('Concurrency'),
      words('Target'),
      numbers('p50 ms'),
      numbers('p90 ms'),
      numbers('p99 ms'),
      numbers('Answers/s'),
      numbers('Right answers/s'),
      numbers('CPU ms/request'),
      numbers('Peak memory MiB'),
      numbers('Requests'),
      numbers('Errors'),
    ],
    rows: toRows(report, 9, (condition) => [
      toEstimateCell(condition.responseTime.p50),
      toEstimateCell(condition.responseTime.p90),
      toEstimateCell(condition.responseTime.p99),
      toNumberCell(condition.throughput),
      toNumberCell(condition.goodput),
      toNumberCell(condition.cpuMsPerRequest),
      toNumberCell(condition.peakMemoryBytes, toMebibytes),
      toNumberCell(condition.requests, String),
      toNumberCell(condition.errors, String),
    ]),
  }
}

/** What the load itself took, and what the other targets did meanwhile. */
export function toLoadTable(report: Findings): Table {
  return {
    id: 'load',
    caption: 'What was loaded, and what else used CPU meanwhile',
    isGrouped: true,
    columns: [
      words('Concurrency'),
      words('Target'),
      numbers('Blocks'),
      numbers('Load generator, CPU ms/request'),
      numbers('Load generator late'),
      numbers('Busiest idle target, % of a core'),
    ],
    rows: toRows(report, 4, (condition) => [
      toNumberCell(condition.blocks, String),
      toNumberCell(condition.generatorCpuMsPerRequest),
      toLooksCell(condition),
      toNumberCell(toPercents(condition.idleCpuShare)),
    ]),
  }
}

/** More than 50 ms. */
const toLooksCell = ({ generatorLooks }: Condition): Cell =>
  toCell(generatorLooks && `${generatorLooks.late} of ${generatorLooks.looks} looks`)

const toPercents = (share: number | null | undefined): number | null =>
  share == null ? null : share * 100

/** Where response times go. */
export const toDecompositionTables = (report: Findings): readonly Table[] =>
  toPartTables('Concurrency', (cells, toCells) => toRows(report, cells, toCells))

/** What was planned but not measured is a row, too. */
function toRows(report: Findings, cells: number, toCells: ToCells): readonly (readonly Cell[])[] {
  const targets = toTargets(report)
  return toLevels(report).flatMap((concurrency) =>
    targets.map((target) => {
      const condition = findCondition(report, target, concurrency)
      const missing = Array.from({ length: cells }, () => toCell(null, 'Not measured.'))
      const values = condition === undefined ? missing : toCells(condition)
      return [toCell(String(concurrency)), toCell(target), ...values]
    }),
  )
}
