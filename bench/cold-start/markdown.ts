import { renderSection } from '../report/markdown'
import { toFigure, toRatio } from '../report/format'
import { NOTHING, numbers, toCell, toInterval, words } from '../report/table'
import type { Cell, Section, Table } from '../report/table'
import { toEnvironmentTable, toTargetsTable } from '../report/tables/method'
import { toClusterSection } from '../report/tables/clusters'
import type { ComparedLevel } from '../statistics/comparison'
import type { Pair } from '../run'
import { STAGES, STAGE_WORDS } from './cold-start'
import type { ColdStartReport, Median } from './report'

/** The report of cold starts in Markdown; `report.svg` beside it is its picture. */
export function toColdStartMarkdown(report: ColdStartReport): string {
  const { plan, environment, valid, invalidReasons } = report
  const commit = environment.commit === null ? [] : [`commit ${environment.commit}`]
  const subtitle = [
    `${plan.samples} starts of each`,
    `seed ${plan.seed}`,
    environment.startedAt,
    ...commit,
  ]
  const parts = [
    '# photo-twin: cold starts',
    subtitle.join(' · '),
    valid ? '**VALID**' : '**INVALID: no figure of this run may be trusted.**',
    ...(valid ? [] : [invalidReasons.map((reason) => `- ${reason}`).join('\n')]),
    '![Median of each stage of a cold start](report.svg)',
    ...toSections(report).flatMap(renderSection),
  ]
  return `${parts.join('\n\n')}\n`
}

function toSections(report: ColdStartReport): readonly Section[] {
  const clusters = toClusterSection(report)
  return [
    {
      id: 'cold-starts',
      title: 'From nothing to the first answer',
      paragraphs: [
        'The harness scales a Deployment from 0 to 1, as neither Kubeless nor Kubernetes does when a request comes, and ' +
          'sends a photo until it is answered. Every start is of a new pod, with the image on its node. Medians with ' +
          '95 % intervals (order statistics), ms. Schedule and the whole are by the harness’s clock, the start of the ' +
          'container by the cluster’s, boot and model load by the program’s own; readiness and routing is what they ' +
          'leave: the readiness probe, endpoints and kube-proxy. Medians of parts need not add up to that of the whole.',
      ],
      tables: [toColumnsTable(report), toComparisonTable(report)],
    },
    ...(clusters === undefined ? [] : [clusters]),
    {
      id: 'method',
      title: 'How it was measured',
      paragraphs: ['This makes the report again from the raw rows of the run:'],
      command: 'npm run report -- RUN_DIR',
      tables: [toTargetsTable(report), toEnvironmentTable(report)],
    },
  ]
}

function toColumnsTable({ columns }: ColdStartReport): Table {
  return {
    id: 'columns',
    caption: 'Cold starts, ms',
    isGrouped: false,
    columns: [
      words('Target'),
      numbers('Starts'),
      numbers('Dropped'),
      numbers('Whole'),
      ...STAGES.map((stage) => numbers(STAGE_WORDS[stage])),
      numbers('Program’s start to first answer'),
    ],
    rows: columns.map(({ target, starts, dropped, total, stages, programToAnswer }) => [
      toCell(target),
      toCell(String(starts)),
      toCell(String(dropped.length), dropped[0] && `${target}: ${dropped[0]}.`),
      toMedianCell(total),
      ...STAGES.map((stage) => toMedianCell(stages === null ? null : stages[stage])),
      toMedianCell(programToAnswer),
    ]),
  }
}

function toMedianCell(median: Median | null): Cell {
  if (median === null) return { text: NOTHING }
  const { value, lower, upper } = median
  const text = toFigure(value)
  return lower === null || upper === null
    ? { text }
    : { text, detail: toInterval({ lower, upper }, toFigure) }
}

function toComparisonTable({ comparisons, aa }: ColdStartReport): Table {
  return {
    id: 'comparisons',
    caption: 'Ratios of the whole, block by block; the last is A/A',
    isGrouped: false,
    columns: [words('Ratio'), numbers('Blocks'), numbers('Value'), words('Verdict')],
    rows: [...comparisons, aa].map(toComparisonRow),
  }
}

function toComparisonRow(compared: Pair & ComparedLevel): readonly Cell[] {
  const { a, b, blocks, ratio, lower, upper, verdict, reason } = compared
  const value: Cell =
    ratio === null
      ? { text: NOTHING }
      : {
          text: toRatio(ratio),
          ...(lower !== null &&
            upper !== null && { detail: toInterval({ lower, upper }, toRatio) }),
        }
  return [
    toCell(`${a} / ${b}`),
    toCell(String(blocks)),
    value,
    toCell(verdict, reason === undefined ? undefined : `${a} / ${b}: ${reason}.`),
  ]
}
