import type { Pair } from '../../run'
import { toPercent, toRatio, toSentence } from '../format'
import { METRICS } from '../report'
import type { Comparison, Metric, Verdict } from '../report'
import { NOTHING, numbers, toCell, toInterval, toNumberCell, words } from '../table'
import type { Cell, Table, Tone } from '../table'
import { findComparisons, toPairs, toRatioName } from '../targets'
import type { Findings } from '../targets'

/** How a metric is called. */
export const METRIC_WORDS: Readonly<Record<Metric, string>> = {
  'responseTime.p50': 'Response time, p50',
  'responseTime.p90': 'Response time, p90',
  'responseTime.mean': 'Response time, mean',
  'predictionTime.p50': 'Prediction time, p50',
  'waitingTime.p50': 'Waiting time, p50',
  throughput: 'Throughput',
  cpuMsPerRequest: 'CPU a request',
}

const TONES: Readonly<Record<Verdict, Tone>> = {
  equivalent: 'even',
  slower: 'worse',
  faster: 'better',
  undecided: 'open',
}

/** The ratios of every pair, a table each: a row a metric, a column a concurrency. */
export function toComparisonTables(report: Findings): readonly Table[] {
  const pairs = toPairs(report.plan.comparisons, report.comparisons)
  return pairs.map((pair, index) => ({
    ...toRatioTable(report, report.comparisons, pair),
    id: `ratios-${index + 1}`,
    caption: `${toRatioName(pair)}: ratio, 95 % interval and verdict`,
  }))
}

/** The same of a target against itself. */
export function toAaTables(report: Findings): readonly Table[] {
  const { aa } = report.plan
  return toPairs(aa === null ? [] : [aa], report.aa).map((pair, index) => ({
    ...toRatioTable(report, report.aa, pair),
    id: `aa-${index + 1}`,
    caption: `${toRatioName(pair)}, which are the same: ratio, 95 % interval and verdict`,
  }))
}

function toRatioTable(
  report: Findings,
  comparisons: readonly Comparison[],
  pair: Pair,
): Omit<Table, 'id' | 'caption'> {
  const compared = comparisons.filter(({ a, b }) => a === pair.a && b === pair.b)
  const levels = [
    ...new Set([...report.plan.concurrency, ...compared.map(({ concurrency }) => concurrency)]),
  ].sort((one, other) => one - other)
  return {
    isGrouped: false,
    columns: [
      words('Metric'),
      ...levels.map((concurrency) => numbers(`Concurrency ${concurrency}`)),
    ],
    rows: METRICS.map((metric) => {
      const found = findComparisons(compared, pair, metric)
      return [
        toCell(METRIC_WORDS[metric]),
        ...levels.map((level) =>
          toRatioCell(
            found.find(({ concurrency }) => concurrency === level),
            report.plan.blocks,
          ),
        ),
      ]
    }),
  }
}

/** A ratio with its interval and verdict; `planned`: so many blocks there were to be. */
export function toRatioCell(
  comparison: Omit<Comparison, 'a' | 'b'> | undefined,
  planned = 0,
): Cell {
  if (comparison === undefined) return toCell(null, 'Not compared.')
  const { ratio, lower, upper, verdict } = comparison
  const note = toRatioNote(comparison, planned)
  return {
    text: ratio === null ? NOTHING : toRatio(ratio),
    ...(lower === null || upper === null ? {} : { detail: toInterval({ lower, upper }, toRatio) }),
    verdict: { word: toVerdictWord(comparison), tone: TONES[verdict] },
    ...(note === '' ? {} : { note }),
  }
}

function toRatioNote(comparison: Pick<Comparison, 'blocks' | 'reason'>, planned: number): string {
  const { blocks, reason } = comparison
  const incomplete = blocks < planned ? `Of ${blocks} blocks instead of ${planned}.` : ''
  return [reason === undefined ? '' : toSentence(reason), incomplete].join(' ').trim()
}

/** A request cannot be slower in its CPU: it takes more or less of it. */
export function toVerdictWord({ metric, verdict }: Pick<Comparison, 'metric' | 'verdict'>): string {
  if (metric !== 'cpuMsPerRequest') return verdict
  return { slower: 'more', faster: 'less', equivalent: verdict, undecided: verdict }[verdict]
}

/** What the blocks of this run can tell, and how many it would take. */
export function toPowerTable(report: Findings): Table {
  return {
    id: 'power',
    caption: 'What the blocks can tell of the p50, simulated with this run’s variance',
    isGrouped: false,
    columns: [
      words('Pair'),
      numbers('Concurrency'),
      numbers('Blocks'),
      numbers('Spread of the blocks’ ratios'),
      numbers('+10 % called slower'),
      numbers('0 % called equivalent'),
      numbers('Blocks it would take'),
    ],
    rows: report.power.map((power) => [
      toCell(toRatioName(power)),
      toNumberCell(power.concurrency, String),
      toNumberCell(power.blocks, String),
      toNumberCell(power.standardDeviation, (value) => `±${toPercent(value)}`),
      toNumberCell(power.slowerAt10Percent, toPercent),
      toNumberCell(power.equivalentAt0Percent, toPercent),
      power.blocksNeeded === null
        ? toCell('more than tried')
        : toNumberCell(power.blocksNeeded, String),
    ]),
  }
}
