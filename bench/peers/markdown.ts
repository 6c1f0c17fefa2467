import { toRatio } from '../report/format'
import { renderSection } from '../report/markdown'
import { NOTHING, numbers, toCell, toInterval, toNumberCell, words } from '../report/table'
import type { Cell, Section, Table } from '../report/table'
import { toEnvironmentTable } from '../report/tables/method'
import type { Interval } from '../statistics/interval'
import type { PeerRow, PeersReport } from './report'

const MEBIBYTE = 2 ** 20

/** The report of a comparison with peers in Markdown; `report.svg` beside it is its picture. */
export function toPeersMarkdown(report: PeersReport): string {
  const { plan, environment, valid, invalidReasons, warnings } = report
  const subtitle = [
    `model ${plan.model}`,
    `${plan.blocks} blocks of ${plan.requests} requests`,
    `${plan.photos.length} photos: ${plan.photoSource}`,
    `seed ${plan.seed}`,
    environment.startedAt,
    ...(environment.commit === null ? [] : [`commit ${environment.commit}`]),
  ]
  const parts = [
    '# photo-twin: beside other servers of the same model',
    subtitle.join(' · '),
    valid ? '**VALID**' : '**INVALID: no figure of this run may be trusted.**',
    ...(valid ? [] : [invalidReasons.map((reason) => `- ${reason}`).join('\n')]),
    ...(warnings.length === 0
      ? []
      : [warnings.map((warning) => `- Warning: ${warning}.`).join('\n')]),
    '![CPU a request and throughput of each](report.svg)',
    ...toSections(report).flatMap(renderSection),
  ]
  return `${parts.join('\n\n')}\n`
}

function toSections(report: PeersReport): readonly Section[] {
  return [
    {
      id: 'peers',
      title: 'What a request costs, and how many are answered',
      paragraphs: [
        'Every server has the same weights, the same two cores and threads of one engine each. Each block starts every ' +
          'one anew, warms it up and measures it at each concurrency with the same photos, in random order. CPU is of ' +
          'all processes of a server. Ratios are of blocks, theirs / ours with as many workers: geometric means with ' +
          '95 % intervals (Student t); below 1 they are cheaper, or answer less. Memory is the proportional set size: ' +
          'what several processes share is counted once. Response times of a closed loop grow with the concurrency. The load ' +
          'generator has the same cores, which bounds what any server can answer a second.',
      ],
      tables: [toRowsTable(report), toStartTable(report)],
    },
    {
      id: 'method',
      title: 'How it was measured',
      paragraphs: ['This makes the report again from the raw rows of the run:'],
      command: 'npm run report -- RUN_DIR',
      tables: [toContestantsTable(report), toUnavailableTable(report), toEnvironmentTable(report)],
    },
  ]
}

function toRowsTable({ rows }: PeersReport): Table {
  return {
    id: 'rows',
    caption: 'Each server at each concurrency; times in ms',
    isGrouped: true,
    columns: [
      words('Server, workers'),
      numbers('Concurrency'),
      numbers('CPU ms a request'),
      numbers('to ours'),
      numbers('Answers a second'),
      numbers('to ours'),
      ...['p50', 'p90', 'p99'].map(numbers),
      numbers('PSS, MiB'),
      numbers('Load generator, CPU ms a request'),
    ],
    rows: rows.map((row) => [
      toCell(toName(row)),
      toCell(String(row.concurrency)),
      toNumberCell(row.cpuMsPerRequest),
      toIntervalCell(row.ratioToOurs),
      toNumberCell(row.throughput),
      toIntervalCell(row.throughputToOurs),
      ...[row.p50, row.p90, row.p99].map((value) => toNumberCell(value)),
      toNumberCell(row.pssBytes === null ? null : row.pssBytes / MEBIBYTE),
      toNumberCell(row.generatorCpuMsPerRequest),
    ]),
  }
}

/** As tables and pictures call a contestant. */
export const toName = ({ peer, workers }: Pick<PeerRow, 'peer' | 'workers'>): string =>
  `${peer}, ${workers}`

function toIntervalCell(interval: Interval | null): Cell {
  if (interval === null) return { text: NOTHING }
  return { text: toRatio(interval.value), detail: toInterval(interval, toRatio) }
}

function toStartTable({ contestants, rows }: PeersReport): Table {
  return {
    id: 'starts',
    caption: 'From the start of the first process to the first answer, ms (median)',
    isGrouped: false,
    columns: [words('Server, workers'), numbers('Start to first answer')],
    rows: contestants.map((contestant) => {
      const row = rows.find((each) => toName(each) === toName(contestant))
      return [toCell(toName(contestant)), toNumberCell(row?.startToFirstAnswerMs ?? null)]
    }),
  }
}

function toContestantsTable({ contestants }: PeersReport): Table {
  return {
    id: 'contestants',
    caption: 'What was measured',
    isGrouped: false,
    columns: [words('Server, workers'), words('What it is'), words('Version'), words('Model')],
    rows: contestants.map((contestant) => [
      toCell(toName(contestant)),
      toCell(contestant.title),
      toCell(contestant.version),
      toCell(contestant.modelSha256?.slice(0, 12)),
    ]),
  }
}

function toUnavailableTable({ unavailable, limits, cpuSource, memorySource }: PeersReport): Table {
  const { cpus } = limits ?? {}
  return {
    id: 'sources',
    caption: 'Sources, and what could not be measured',
    isGrouped: false,
    columns: [words('What'), words('How, or why not')],
    rows: [
      [
        toCell('two cores'),
        toCell(cpus?.enforcedBy ?? cpus?.reason ?? 'what holds them to it is not known'),
      ],
      [toCell('CPU'), toCell(cpuSource)],
      [toCell('memory'), toCell(memorySource)],
      ...unavailable.map(({ peer, reason }) => [toCell(peer), toCell(reason)]),
    ],
  }
}
