import { renderSection } from '../report/markdown'
import { toFigure } from '../report/format'
import { numbers, toCell, toNumberCell, words } from '../report/table'
import type { Section, Table } from '../report/table'
import { toClusterSection } from '../report/tables/clusters'
import { toEnvironmentTable, toTargetsTable } from '../report/tables/method'
import type { AutoscalingReport } from './report'
import { toStory } from './text'

/** The report of autoscaling in Markdown; `report.svg` beside it is its picture. */
export function toAutoscalingMarkdown(report: AutoscalingReport): string {
  const { plan, environment, valid, invalidReasons } = report
  const commit = environment.commit === null ? [] : [`commit ${environment.commit}`]
  const subtitle = [
    `profile ${plan.profile}`,
    `seed ${plan.seed}`,
    environment.startedAt,
    ...commit,
  ]
  const parts = [
    '# photo-twin: autoscaling',
    subtitle.join(' · '),
    valid ? '**VALID**' : '**INVALID: no figure of this run may be trusted.**',
    ...(valid ? [] : [invalidReasons.map((reason) => `- ${reason}`).join('\n')]),
    '![Load, pods, CPU and response time over time](report.svg)',
    ...report.columns.map((column) => `**${column.target}.** ${toStory(column, report)}`),
    ...toSections(report).flatMap(renderSection),
  ]
  return `${parts.join('\n\n')}\n`
}

function toSections(report: AutoscalingReport): readonly Section[] {
  const clusters = toClusterSection(report)
  return [
    {
      id: 'autoscaling',
      title: 'What the autoscalers made of it',
      paragraphs: [
        'Requests come at random times (a Poisson process whose rate rises and falls, the same for both), whether or not ' +
          'others were answered, each on a connection of its own, so that new pods get their part. Response time counts ' +
          'from the planned send. An autoscaler compares the CPU of the pods with what they request: it follows the least ' +
          'that it wanted during its window up, and the most down, so that it comes late on purpose. Pods are looked at ' +
          'every three seconds.',
      ],
      tables: [toColumnsTable(report), toPhasesTable(report), toChangesTable(report)],
    },
    ...(clusters === undefined ? [] : [clusters]),
    {
      id: 'method',
      title: 'How it was measured',
      paragraphs: ['This makes the report again from the raw rows of the run:'],
      command: 'npm run report -- RUN_DIR',
      tables: [toAutoscalersTable(report), toTargetsTable(report), toEnvironmentTable(report)],
    },
  ]
}

function toColumnsTable({ columns }: AutoscalingReport): Table {
  return {
    id: 'columns',
    caption: 'The whole',
    isGrouped: false,
    columns: [
      words('Target'),
      numbers('Requests'),
      numbers('Failed'),
      numbers('Most pods ready'),
      numbers('Pod seconds'),
      numbers('Sent later than planned, p99 ms'),
    ],
    rows: columns.map(({ target, requests, failed, mostPods, podSeconds, lag }) => [
      toCell(target),
      toNumberCell(requests, String),
      toFailedCell(failed),
      toNumberCell(mostPods, String),
      toNumberCell(podSeconds, String),
      toNumberCell(lag),
    ]),
  }
}

function toFailedCell(failed: AutoscalingReport['columns'][number]['failed']) {
  const entries = Object.entries(failed)
  const count = entries.reduce((sum, [, each]) => sum + each, 0)
  const how = entries.map(([outcome, each]) => `${each} ${outcome}`).join(', ')
  return toCell(String(count), count === 0 ? undefined : `Failed: ${how}.`)
}

function toPhasesTable({ columns }: AutoscalingReport): Table {
  return {
    id: 'phases',
    caption: 'What users waited for, ms, by what there was of pods',
    isGrouped: true,
    columns: [
      words('Target'),
      words('While'),
      numbers('From s'),
      numbers('To s'),
      numbers('Requests'),
      numbers('Failed'),
      numbers('p50'),
      numbers('p90'),
    ],
    rows: columns.flatMap(({ target, phases }) =>
      phases.map(({ name, from, to, requests, failed, p50, p90 }) => [
        toCell(target),
        toCell(name),
        toNumberCell(from),
        toNumberCell(to),
        toNumberCell(requests, String),
        toNumberCell(failed, String),
        toNumberCell(p50),
        toNumberCell(p90),
      ]),
    ),
  }
}

function toChangesTable({ columns }: AutoscalingReport): Table {
  return {
    id: 'changes',
    caption: 'Whenever an autoscaler wanted other pods',
    isGrouped: true,
    columns: [
      words('Target'),
      words('Pods'),
      numbers('At s'),
      numbers('Ready at s'),
      numbers('Requests/s offered'),
      numbers('CPU that it saw, % of the request'),
    ],
    rows: columns.flatMap(({ target, changes }) =>
      changes.map(({ from, to, at, readyAt, offered, utilization }) => [
        toCell(target),
        toCell(`${from} to ${to}`),
        toNumberCell(at),
        toNumberCell(readyAt),
        toNumberCell(offered),
        toNumberCell(utilization, String),
      ]),
    ),
  }
}

function toAutoscalersTable({ autoscalers }: AutoscalingReport): Table {
  const facts = autoscalers.map((autoscaler) => [
    ['Pods', `${autoscaler.minReplicas} to ${autoscaler.maxReplicas}`],
    ['Kept to, % of the requested CPU', toText(autoscaler.targetUtilization)],
    ['CPU that a pod requests, cores', toText(autoscaler.requestedCores)],
    ['CPU that a pod may use, cores', toText(autoscaler.limitCores)],
    ['Follows up after s', toText(autoscaler.scaleUpWindow)],
    ['Follows down after s', toText(autoscaler.scaleDownWindow)],
  ])
  return {
    id: 'autoscalers',
    caption: 'The autoscalers (HorizontalPodAutoscaler)',
    isGrouped: false,
    columns: [words('What'), ...autoscalers.map(({ target }) => words(target))],
    rows: (facts[0] ?? []).map(([name], row) => [
      toCell(name),
      ...facts.map((of) => toCell(of[row]?.[1])),
    ]),
  }
}

const toText = (value: number | null): string => (value === null ? '–' : toFigure(value))
