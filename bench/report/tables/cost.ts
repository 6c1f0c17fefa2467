import type { BreakEven } from '../../cost/break-even'
import { DAY } from '../../cost/daily-cost'
import { POINTS_A_DECADE } from '../cost'
import type { Cost, CostChoice } from '../cost'
import { toFigure, toLine } from '../format'
import { numbers, toCell, toNumberCell, words } from '../table'
import type { Cell, Section, Table } from '../table'

/** What predictions cost, and from how many requests a day on which twin is cheaper. */
export function toCostSection(cost: Cost): Section {
  const { prices, choice } = cost
  const { scaleToZero, alwaysOn } = prices
  return {
    id: 'cost',
    title: 'What it costs',
    paragraphs: [
      `Prices in ${toLine(prices.currency)} of ${prices.date}, ${toLine(prices.source)}. Another table: npm run report -- RUN_DIR --prices FILE.`,
      'As they are deployed here both twins are there all day, also when nobody asks: neither Kubeless nor Kubernetes ends a ' +
        'pod for want of requests. What is held for a target are its limits.',
      `The function that ends when nobody asks is a MODEL (${toLine(scaleToZero.name)}): requests come at random times all day and share an ` +
        'instance, which is billed from its start and while it answers. Its time of a request, its start and its capacity are ' +
        `the function’s as measured here. The container is always there (${toLine(alwaysOn.name)}).`,
      'reason' in choice
        ? `From how many requests a day on which is cheaper cannot be told: ${choice.reason}.`
        : toChoiceWords(choice),
    ],
    tables: [
      toPerMillionTable(cost),
      toIdleTable(cost),
      ...('reason' in choice ? [] : [toCurveTable(choice), toSensitivityTable(choice)]),
    ],
  }
}

/** Which is cheaper from where on. */
export function toChoiceWords({ breakEven }: CostChoice): string {
  if (breakEven.state === 'always-cheaper') {
    return 'The function costs less up to the most that one container answers.'
  }
  if (breakEven.state === 'always-dearer')
    return 'The container costs less from one request a day on.'
  const { requests } = breakEven
  return `Below ${toCount(requests)} requests a day (${toFigure(requests / DAY)} a second) the function costs less, above it the container.`
}

/** To three digits, in groups of three. */
export const toCount = (value: number): string =>
  Number(value.toPrecision(3)).toLocaleString('en-US')

function toPerMillionTable({ perMillion }: Cost): Table {
  return {
    ...{
      id: 'cost-per-million',
      caption: 'CPU and memory of a million predictions',
      isGrouped: true,
    },
    columns: [
      words('Concurrency'),
      words('Target'),
      numbers('CPU-s used'),
      numbers('CPU-s held'),
      numbers('GiB-s held'),
    ],
    rows: [...perMillion]
      .sort((one, other) => one.concurrency - other.concurrency)
      .map(({ target, concurrency, ...values }) => [
        toCell(String(concurrency)),
        toCell(target),
        toNumberCell(values.usedCpuSeconds, toCount),
        toNumberCell(values.heldCpuSeconds, toCount),
        toNumberCell(values.heldGibSeconds, toCount),
      ]),
  }
}

function toIdleTable({ idle, prices }: Cost): Table {
  return {
    ...{ id: 'cost-idle', caption: 'A target that waits for requests', isGrouped: false },
    columns: [
      words('Target'),
      numbers('CPU used, cores'),
      numbers('CPUs held'),
      numbers('Memory held, GiB'),
      numbers(`A day, ${toLine(prices.currency)}`),
    ],
    rows: idle.map(({ target, cores, cpus, gib, perDay }) => [
      toCell(target),
      toNumberCell(cores),
      toNumberCell(cpus),
      toNumberCell(gib),
      toNumberCell(perDay),
    ]),
  }
}

/** A row a decade, and the most that one container answers. */
function toCurveTable({ curve }: CostChoice): Table {
  const isTold = (at: number): boolean => at % POINTS_A_DECADE === 0 || at === curve.length - 1
  return {
    ...{ id: 'cost-curve', caption: 'What a day costs', isGrouped: false },
    columns: [
      numbers('Requests a day'),
      numbers('Function that ends (model)'),
      numbers('Container that is always there'),
    ],
    rows: curve
      .filter((_, at) => isTold(at))
      .map(({ requests, scaleToZero, alwaysOn }) => [
        toNumberCell(requests, toCount),
        toNumberCell(scaleToZero, toMoney),
        toNumberCell(alwaysOn, toMoney),
      ]),
  }
}

/** A ten-thousandth is something where a day costs so little. */
const toMoney = (value: number): string => value.toFixed(value < 0.1 ? 4 : 2)

function toSensitivityTable({ breakEven, sensitivities }: CostChoice): Table {
  return {
    id: 'cost-sensitivity',
    caption: 'Requests a day from which on the container costs less, if one thing is otherwise',
    isGrouped: false,
    columns: [words('What'), words('Otherwise'), numbers('Requests a day')],
    rows: [
      [toCell('as measured and priced'), toCell(null), toBreakEvenCell(breakEven)],
      ...sensitivities.flatMap(({ what, cases }) =>
        cases.map(({ name, breakEven: other }) => [
          toCell(what),
          toCell(name),
          toBreakEvenCell(other),
        ]),
      ),
    ],
  }
}

function toBreakEvenCell(breakEven: BreakEven): Cell {
  if (breakEven.state === 'meets') return toNumberCell(breakEven.requests, toCount)
  return toCell(breakEven.state === 'always-cheaper' ? 'never' : 'from the first on')
}
