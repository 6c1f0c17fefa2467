import { toMebibytes } from '../format'
import type { Condition } from '../report'
import { numbers, toCell, toEstimateCell, toNumberCell, words } from '../table'
import type { Cell, Table } from '../table'
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

/** Where the mean response time goes. */
export function toDecompositionTable(report: Findings): Table {
  return {
    id: 'decomposition',
    caption: 'Mean response time and its parts, ms (95 % intervals over blocks)',
    isGrouped: true,
    columns: [
      words('Concurrency'),
      words('Target'),
      numbers('Response'),
      numbers('Waiting'),
      numbers('Queue'),
      numbers('Decode'),
      numbers('Predict'),
      numbers('Rest'),
    ],
    rows: toRows(report, 6, (condition) => [
      toEstimateCell(condition.responseTime.mean),
      toEstimateCell(condition.waitingTime.mean),
      toEstimateCell(condition.queueTime.mean),
      toEstimateCell(condition.decodeTime.mean),
      toEstimateCell(condition.predictionTime.mean),
      toNumberCell(toRest(condition)),
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
      numbers('Busiest idle target, % of a core'),
    ],
    rows: toRows(report, 3, (condition) => [
      toNumberCell(condition.blocks, String),
      toNumberCell(condition.generatorCpuMsPerRequest),
      toNumberCell(condition.idleCpuShare === null ? null : condition.idleCpuShare * 100),
    ]),
  }
}

/** The part of the mean response time that no clock has a name for, ms; null where a part is not known. */
export function toRest(condition: Condition): number | null {
  const { responseTime, waitingTime, queueTime, decodeTime, predictionTime } = condition
  const parts = [waitingTime, queueTime, decodeTime, predictionTime].map(({ mean }) => mean.value)
  return parts.reduce<number | null>(
    (rest, part) => (rest === null || part === null ? null : rest - part),
    responseTime.mean.value,
  )
}

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
