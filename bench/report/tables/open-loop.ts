import { LATE } from '../../load/generator-delay'
import type { Capacity } from '../capacity'
import { toFigure, toMebibytes } from '../format'
import { numbers, toCell, toEstimateCell, toNumberCell, words } from '../table'
import type { Objective, OpenLoopPlan } from '../../run'
import type { Cell, Section, Table } from '../table'
import type { OpenCondition, Report } from '../report'
import { toPartTables } from './parts'

/** What pods or processes use when so much is offered, and what users then wait for. */
export function toOpenLoopSection(
  conditions: readonly OpenCondition[],
  { capacities = [], plan }: Pick<Report, 'capacities' | 'plan'>,
): Section {
  const { importedFrom, openLoop } = plan
  return {
    id: 'open-loop',
    title: 'CPU and memory against offered load',
    paragraphs: [
      importedFrom === undefined ? toMeasuredWords(openLoop) : toImportedWords(importedFrom),
    ],
    tables: [
      ...(capacities.length === 0 ? [] : [toCapacityTable(capacities)]),
      toUseTable(conditions),
      ...toObjectiveTables(capacities),
      toGeneratorTable(conditions),
    ],
  }
}

function toMeasuredWords(openLoop: OpenLoopPlan | undefined): string {
  const when =
    openLoop?.arrivals === 'constant'
      ? 'even times (with the same gap between any two'
      : 'random times (a Poisson process'
  return (
    `Open loop: requests come at ${when}, the same times for all targets of a block), whether ` +
    'or not others were answered, each on a connection of its own. Response time counts from the planned send, so ' +
    'that the time a request had to wait for the load generator is in it; how late that was is printed beside it. It is of ' +
    'requests that were answered right: what a target with too much to do refuses (503) is counted beside it.'
  )
}

const toImportedWords = (importedFrom: string): string =>
  `Open loop of ${importedFrom}: requests come at even times, whether or not others were answered, each on a connection ` +
  'of its own. Response time counts from when the load generator sent, not from when it planned to: how late it was is ' +
  'not known. It is of requests that were answered right; refusals (503) are counted beside it.'

/** `p99 ≤ 250 ms`. */
export const toObjectiveWords = ({ share, within }: Objective): string =>
  `p${Number((share * 100).toPrecision(12))} ≤ ${within} ms`

function toCapacityTable(capacities: readonly Capacity[]): Table {
  const objective = capacities.find((each) => each.objective !== undefined)?.objective
  return {
    id: 'capacity',
    caption: 'How much can be offered, requests/s',
    isGrouped: false,
    columns: [
      words('Target'),
      numbers('Keeps up to'),
      numbers('Saturated at'),
      numbers('Right answers/s at most'),
      ...(objective === undefined
        ? []
        : [numbers(`${toObjectiveWords(objective)} up to`), numbers('Missed at')]),
    ],
    rows: capacities.map(({ target, keepsUpTo, saturatedAt, mostAnswered, objective: kept }) => [
      toCell(target),
      toRateCell(keepsUpTo, 'less than was offered'),
      toRateCell(saturatedAt, 'more than was offered'),
      toNumberCell(mostAnswered),
      ...(kept === undefined
        ? []
        : [
            toRateCell(kept.keptUpTo, kept.tooFewAt === null ? 'less than was offered' : TOO_FEW),
            toRateCell(kept.missedAt, kept.tooFewAt === null ? 'more than was offered' : TOO_FEW),
          ]),
    ]),
  }
}

const TOO_FEW = 'n too small'

const toRateCell = (rate: number | null, otherwise: string): Cell =>
  rate === null ? toCell(otherwise) : toNumberCell(rate, String)

/** An objective of p99.9 is missed by a tenth of a percent. */
const toFinePercent = (share: number): string => `${(share * 100).toFixed(2)} %`

/** How many requests were answered right in time, at every rate. */
function toObjectiveTables(capacities: readonly Capacity[]): readonly Table[] {
  const kept = capacities.flatMap(({ target, objective }) =>
    objective === undefined ? [] : [{ target, objective }],
  )
  const [first] = kept
  if (first === undefined) return []
  return [
    {
      id: 'objective',
      caption: `Answered right within ${toFigure(first.objective.within)} ms of the planned send, of all requests`,
      isGrouped: true,
      columns: [
        words('Requests/s offered'),
        words('Target'),
        numbers('Requests'),
        numbers('In time'),
        numbers('Blocks in which that was enough'),
      ],
      rows: kept
        .flatMap(({ target, objective }) => objective.rates.map((each) => ({ target, ...each })))
        .sort((one, other) => one.rate - other.rate)
        .map(({ target, rate, requests, inTime, blocks, blocksKept }) => [
          toCell(String(rate)),
          toCell(target),
          toNumberCell(requests, String),
          toNumberCell(inTime, toFinePercent),
          toCell(`${blocksKept} of ${blocks}`),
        ]),
    },
  ]
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
      numbers(`More than ${LATE} ms`),
      numbers('Not sent'),
      numbers('Load generator, cores'),
      numbers('Busiest idle target, % of a core'),
    ],
    rows: byRate(conditions).map(({ workload, target, lag, ...condition }) => [
      toCell(String(workload.rate)),
      toCell(target),
      toNumberCell(lag.p50),
      toNumberCell(lag.p99),
      toNumberCell(lag.late, String),
      toNumberCell(condition.dropped, String),
      toNumberCell(condition.generatorCores),
      toNumberCell(condition.idleCpuShare === null ? null : condition.idleCpuShare * 100),
    ]),
  }
}

/** Where response times go. */
export const toOpenDecompositionTables = (conditions: readonly OpenCondition[]): readonly Table[] =>
  toPartTables('Requests/s offered', (_cells, toCells) =>
    byRate(conditions).map((condition) => [
      toCell(String(condition.workload.rate)),
      toCell(condition.target),
      ...toCells(condition),
    ]),
  )

const byRate = (conditions: readonly OpenCondition[]): readonly OpenCondition[] =>
  [...conditions].sort((one, other) => one.workload.rate - other.workload.rate)
