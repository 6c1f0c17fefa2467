import { toMebibytes } from '../format'
import { numbers, toCell, toEstimateCell, toNumberCell, words } from '../table'
import type { Section, Table } from '../table'
import type { OpenCondition } from '../report'

/** What pods or processes use when so much is offered, and what users then wait for. */
export function toOpenLoopSection(conditions: readonly OpenCondition[]): Section {
  return {
    id: 'open-loop',
    title: 'CPU and memory against offered load',
    paragraphs: [
      'Open loop: requests come at random times (a Poisson process, the same times for all targets of a block), whether ' +
        'or not others were answered, each on a connection of its own. Response time counts from the planned send, so ' +
        'that the time a request had to wait for the load generator is in it; how late that was is printed beside it. It is of ' +
        'requests that were answered right: what a target with too much to do refuses (503) is counted beside it.',
    ],
    tables: [toUseTable(conditions), toGeneratorTable(conditions)],
  }
}

function toUseTable(conditions: readonly OpenCondition[]): Table {
  return {
    id: 'open-loop',
    caption: 'Every target at every rate (95 % intervals over blocks)',
    isGrouped: true,
    columns: [
      words('Requests/s offered'),
      words('Target'),
      numbers('CPU, cores'),
      numbers('Memory MiB'),
      numbers('p50 ms'),
      numbers('p90 ms'),
      numbers('p99 ms'),
      numbers('Right answers/s'),
      numbers('Requests'),
      numbers('Refused'),
      numbers('Errors'),
    ],
    rows: byRate(conditions).map((condition) => [
      toCell(String(condition.workload.rate)),
      toCell(condition.target),
      toEstimateCell(condition.cores),
      toNumberCell(condition.peakMemoryBytes, toMebibytes),
      toEstimateCell(condition.responseTime.p50),
      toEstimateCell(condition.responseTime.p90),
      toEstimateCell(condition.responseTime.p99),
      toNumberCell(condition.goodput),
      toNumberCell(condition.requests, String),
      toNumberCell(condition.refused, String),
      toNumberCell(condition.errors, String),
    ]),
  }
}

function toGeneratorTable(conditions: readonly OpenCondition[]): Table {
  return {
    id: 'open-loop-generator',
    caption: 'The load generator, and what else used CPU meanwhile',
    isGrouped: true,
    columns: [
      words('Requests/s offered'),
      words('Target'),
      numbers('Sent later than planned, p50 ms'),
      numbers('p99 ms'),
      numbers('Load generator, cores'),
      numbers('Busiest idle target, % of a core'),
    ],
    rows: byRate(conditions).map(({ workload, target, lag, generatorCores, idleCpuShare }) => [
      toCell(String(workload.rate)),
      toCell(target),
      toNumberCell(lag.p50),
      toNumberCell(lag.p99),
      toNumberCell(generatorCores),
      toNumberCell(idleCpuShare === null ? null : idleCpuShare * 100),
    ]),
  }
}

const byRate = (conditions: readonly OpenCondition[]): readonly OpenCondition[] =>
  [...conditions].sort((one, other) => one.workload.rate - other.workload.rate)
