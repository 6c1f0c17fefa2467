import { toEnumeration, toLine, toPercent, toRatio } from '../report/format'
import { renderSection } from '../report/markdown'
import type { Metric } from '../report/report'
import { numbers, toCell, toInterval, words } from '../report/table'
import type { Section, Table } from '../report/table'
import { METRIC_WORDS, toRatioCell, toVerdictWord } from '../report/tables/comparisons'
import type { Change, PairChange, RunName, RunsReport, TargetChange } from './report'
import { toOutcome } from './slower-gate'

/** What changed between two runs, as GitHub shows it: in a step's summary, or as a comment. */
export function toRunsMarkdown(report: RunsReport): string {
  const sections = [
    toHead(report),
    toTargetSection(report),
    ...(report.pairs.length === 0 ? [] : [toPairSection(report)]),
    toChangeSection(report.changes),
  ]
  return `${sections.flatMap(renderSection).join('\n\n')}\n`
}

function toHead({ base, later, targets, warnings, gate }: RunsReport): Section {
  return {
    id: 'head',
    title: 'photo-twin: what changed between two runs',
    paragraphs: [
      `From ${toRunWords(base)} to ${toRunWords(later)}.`,
      ...[base, later].flatMap(({ valid, folder }) =>
        valid ? [] : [`${toLine(folder)} is INVALID: nothing may be concluded from its figures.`],
      ),
      ...(gate === null ? [] : [toGateWords(gate)]),
      toSummary(targets),
      ...warnings.map((warning) => `Warning: ${warning}.`),
    ],
    tables: [],
  }
}

const toRunWords = ({ folder, startedAt, commit }: RunName): string =>
  `${toLine(folder)} (${startedAt}, ${commit === null ? 'commit not known' : `commit ${commit.slice(0, 7)}`})`

function toGateWords(gate: NonNullable<RunsReport['gate']>): string {
  const { allowed, metrics, slower, tests, ruledOut, missing } = gate
  const outcome = toOutcome(gate)
  const looked = `${tests} comparisons of ${toEnumeration(metrics.map((metric) => METRIC_WORDS[metric]))} were looked at`
  switch (outcome) {
    case 'FAIL':
      return `${outcome}: slower by more than ${toPercent(allowed)}: ${toEnumeration(slower.map(toWords))}; ${looked}.`
    case 'INCONCLUSIVE':
      return missing.length > 0
        ? `${outcome}: the later run has no ${toEnumeration(missing.map(toLine))}; ${looked}.`
        : `${outcome}: ${looked}: the runs have too little in common.`
    case 'PASS':
      return `${outcome}: nothing was found slower by more than ${toPercent(allowed)}; ${looked}, of which ${ruledOut} rule it out (95 %).`
  }
}

/** The verdicts that say that something changed. */
function toSummary(targets: readonly TargetChange[]): string {
  const toList = (verdict: TargetChange['verdict']): readonly TargetChange[] =>
    targets.filter((change) => change.verdict === verdict)
  const [slower, faster, same] = [toList('slower'), toList('faster'), toList('equivalent')]
  const undecided = targets.length - slower.length - faster.length - same.length
  const counts = `Of ${targets.length} comparisons ${slower.length} say slower or more, ${faster.length} faster or less, ${same.length} equivalent, and ${undecided} are undecided.`
  const worse = slower.length === 0 ? [] : [`Worse: ${toGrouped(slower)}.`]
  const better = faster.length === 0 ? [] : [`Better: ${toGrouped(faster)}.`]
  return [counts, ...worse, ...better].join(' ')
}

/** Each target with the metrics that changed at any level. */
function toGrouped(changes: readonly TargetChange[]): string {
  const names = [...new Set(changes.map(({ target }) => target))]
  const toMetrics = (name: string): readonly string[] => {
    const own = changes.filter(({ target }) => target === name)
    return [...new Set(own.map(({ metric }) => METRIC_WORDS[metric]))]
  }
  return names.map((name) => `${toLine(name)} (${toMetrics(name).join('; ')})`).join(', ')
}

function toWords({ target, concurrency, ...change }: TargetChange): string {
  const { metric, ratio, lower, upper } = change
  const interval =
    lower === null || upper === null ? '' : ` (${toInterval({ lower, upper }, toRatio)})`
  const value = ratio === null ? '' : `: ${toRatio(ratio)}${interval}`
  return `${toLine(target)}, ${METRIC_WORDS[metric]} at ${concurrency}${value} ${toVerdictWord(change)}`
}

const LEVEL_WORDS: Readonly<Record<RunsReport['levelKind'], string>> = {
  concurrency: 'Concurrency',
  rate: 'Requests/s offered',
}

function toTargetSection({ targets, levelKind }: RunsReport): Section {
  const names = [...new Set(targets.map(({ target }) => target))]
  return {
    id: 'targets',
    title: 'Every target against itself',
    paragraphs: [
      'Ratios are the later run’s over the base’s, of geometric means over blocks, with 95 % intervals by Welch’s t; verdicts ' +
        'are corrected for the number of levels (Holm). What the machine did between the runs is in them.',
      ...(levelKind === 'rate'
        ? ['Throughput is of right answers, where others were refused or went wrong.']
        : []),
    ],
    tables: names.map((name, at) => ({
      ...toRatioTable(
        targets.filter(({ target }) => target === name),
        LEVEL_WORDS[levelKind],
      ),
      id: `target-${at + 1}`,
      caption: `${toLine(name)}: later / base`,
    })),
  }
}

function toPairSection({ pairs, levelKind }: RunsReport): Section {
  const names = [...new Set(pairs.map(({ a, b }) => `${a} / ${b}`))]
  return {
    id: 'pairs',
    title: 'Every pair against itself',
    paragraphs: [
      'How the ratio of two targets changed: what the machine did to both alike is not in it. Above 1 the first of them lost ' +
        'against the second.',
    ],
    tables: names.map((name, at) => ({
      ...toRatioTable(
        pairs.filter(({ a, b }) => `${a} / ${b}` === name),
        LEVEL_WORDS[levelKind],
      ),
      id: `pair-${at + 1}`,
      caption: `${toLine(name)}: ratio in the later run / ratio in the base`,
    })),
  }
}

function toRatioTable(
  changes: readonly (TargetChange | PairChange)[],
  levelWord: string,
): Pick<Table, 'columns' | 'rows' | 'isGrouped'> {
  const levels = [...new Set(changes.map(({ concurrency }) => concurrency))]
  const metrics = [...new Set(changes.map(({ metric }) => metric))]
  const find = (metric: Metric, level: number) =>
    changes.find((change) => change.metric === metric && change.concurrency === level)
  return {
    isGrouped: false,
    columns: [words('Metric'), ...levels.map((level) => numbers(`${levelWord} ${level}`))],
    rows: metrics.map((metric) => [
      toCell(METRIC_WORDS[metric]),
      ...levels.map((level) => toRatioCell(find(metric, level))),
    ]),
  }
}

function toChangeSection(changes: readonly Change[]): Section {
  const title = 'What the runs tell of themselves'
  if (changes.length === 0) {
    return { id: 'changes', title, paragraphs: ['Nothing that differs.'], tables: [] }
  }
  return {
    id: 'changes',
    title,
    paragraphs: ['What is not in this table is the same, as far as the runs tell.'],
    tables: [
      {
        ...{ id: 'changes', caption: 'What differs', isGrouped: false },
        columns: [words('What'), words('Base'), words('Later')],
        rows: changes.map(({ what, base, later }) => [toCell(what), toCell(base), toCell(later)]),
      },
    ],
  }
}
