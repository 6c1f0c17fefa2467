import { toLine, toPercent } from './format'
import type { Report } from './report'
import type { Section, Table } from './table'
import { toClusterSection } from './tables/clusters'
import { toAaTables, toComparisonTables, toPowerTable } from './tables/comparisons'
import { toConditionsTable, toDecompositionTables, toLoadTable } from './tables/conditions'
import { toEnvironmentTable, toPlanTable, toTargetsTable, toWarmUpTable } from './tables/method'
import { toCostSection } from './tables/cost'
import { toMessagesSection } from './tables/messages'
import { toOpenDecompositionTables, toOpenLoopSection } from './tables/open-loop'
import { toPaperTables } from './tables/paper'
import { toShimsTable } from './tables/shims'
import { toMainPair } from './targets'

/** The name of a report. */
export function toTitle(report: Report): string {
  const pair = toMainPair(report)
  if (pair === null) return 'photo-twin: benchmark'
  return `photo-twin: ${toLine(pair.a)} against ${toLine(pair.b)}`
}

/** When, with what and how it was measured, in a line. */
export function toSubtitle({ profile, seed, plan, environment }: Report): string {
  const commit = environment.commit === null ? [] : [`commit ${environment.commit.slice(0, 7)}`]
  return [
    `Profile ${toLine(profile)}`,
    `${plan.blocks} blocks`,
    `seed ${seed}`,
    toLine(environment.startedAt),
    ...commit,
  ].join(' · ')
}

/** Everything below the advice, in the order in which it is printed. */
export function toSections(report: Report): readonly Section[] {
  const clusters = toClusterSection(report)
  const { openLoop } = report
  return [
    ...(openLoop === undefined
      ? toClosedLoopSections(report)
      : [
          toOpenLoopSection(openLoop, report),
          toDecompositionSection(report, toOpenDecompositionTables(openLoop)),
        ]),
    ...(clusters === undefined ? [] : [clusters]),
    {
      id: 'method',
      title: 'How it was measured',
      paragraphs: ['This makes the report again from the raw rows of the run:'],
      command: 'npm run report -- RUN_DIR',
      tables: [
        toTargetsTable(report),
        toWarmUpTable(report),
        toPlanTable(report),
        ...(openLoop === undefined ? [toLoadTable(report)] : []),
        toEnvironmentTable(report),
      ].filter(({ rows }) => rows.length > 0),
    },
  ]
}

function toClosedLoopSections(report: Report): readonly Section[] {
  const messages = toMessagesSection(report)
  return [
    {
      id: 'response-time',
      title: 'Response time, throughput and cost',
      paragraphs: [
        'Closed loop: each connection sends its next request when it has the answer to the last. Every target is ' +
          'printed at every concurrency. Where too few requests were made for a quantile, “n too small” stands in its ' +
          'place.',
      ],
      tables: [toConditionsTable(report)],
    },
    ...(messages === undefined ? [] : [messages]),
    {
      id: 'ratios',
      title: 'Ratios and verdicts',
      paragraphs: [
        'Ratios are taken block by block. The whole interval inside ±5 % is equivalent, else above 1 slower, below 1 ' +
          'faster (of throughput the other way round; of CPU more and less), else undecided. Verdicts are corrected for ' +
          'the number of levels (Holm), the intervals are not.',
        ...(messages === undefined ? toProcessWords(report) : []),
      ],
      tables: toComparisonTables(report),
    },
    toDecompositionSection(report, toDecompositionTables(report)),
    ...(report.cost === undefined ? [] : [toCostSection(report.cost)]),
    toResolutionSection(report),
    toPaperSection(report),
  ]
}

/** More blocks do not make one process two. */
function toProcessWords({ plan }: Report): readonly string[] {
  if (plan.fresh === true || plan.importedFrom !== undefined) return []
  return [
    'Every target was one process all the time. One process of a program differs from the next by some percent, which is in ' +
      'these ratios; --fresh starts new ones in every block.',
  ]
}

function toDecompositionSection({ shims }: Report, tables: readonly Table[]): Section {
  const shim =
    'A request without any work takes the same way with the same bytes, and the function refuses it at once, as they ' +
    'are told to be no photo: what it takes is the client’s, the network’s and the host’s (its shim), none of it the ' +
    'model’s. Where pods can be reached themselves, it is asked there, too: the difference is the way through the ' +
    'cluster. What is left of the waiting is what the same takes longer on a machine that has just worked.'
  return {
    id: 'decomposition',
    title: 'Where the time goes',
    paragraphs: [
      'Queue, decode, predict and serialise are by the target’s own clock (Server-Timing); handing a photo to a worker and ' +
        'back, and waiting for the others of its batch, is in the queue. Waiting is the response time less these: ' +
        'network, host and load generator. Rest is what the target itself gives no name.',
      ...(shims === undefined ? [] : [shim]),
    ],
    tables: [...tables, ...(shims === undefined ? [] : [toShimsTable(shims)])],
  }
}

function toResolutionSection(report: Report): Section {
  const { resolution } = report
  return {
    id: 'resolution',
    title: 'What the run can tell',
    paragraphs: [
      resolution === null
        ? 'resolution: unknown. There was no A/A comparison, so nothing can be called equivalent.'
        : `resolution: ±${toPercent(resolution)}. So far from 1 reach the intervals of a target compared with itself in ` +
          'its p50. Where they reach beyond ±5 %, nothing is called equivalent; where they leave 1 out, nothing is ' +
          'decided. The double is in the tables, but not in the plots.',
    ],
    tables: [...toAaTables(report), ...(report.power.length === 0 ? [] : [toPowerTable(report)])],
  }
}

function toPaperSection({ paper }: Report): Section {
  const title = 'The paper’s experiment'
  if (paper === null) {
    return { id: 'paper', title, paragraphs: ['Not measured in this run.'], tables: [] }
  }
  return {
    id: 'paper',
    title,
    paragraphs: [
      'Measured apart from the closed loop and not to be mixed with it: every request opens a connection. The paper’s ' +
        'hardware, runtime and model are others; its figures stand beside ours to be read, not subtracted.',
    ],
    tables: toPaperTables(paper),
  }
}
