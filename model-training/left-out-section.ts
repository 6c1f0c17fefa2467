import { toInterval } from './evaluation/format'
import type { SourcesReport } from './leave-one-source-out'
import { toTable } from './markdown-table'

const toTeacherClause = ({
  teacherMinutes: minutes,
}: Pick<SourcesReport, 'teacherMinutes'>): string =>
  minutes === undefined ? '' : `, and ${minutes} minutes of the teacher`

/** The section on trainings without a source. */
export const toLeftOutSection = ({
  command,
  commit,
  sources,
  ...facts
}: SourcesReport): string[] => [
  '## Without a source',
  `${facts.network}, trained for ${facts.epochs} epochs only, without the source’s photos of those labels that another source has, too, and tested on all of these. ` +
    `\`${command}\`, commit ${commit}, ${facts.minutes} minutes of training${toTeacherClause(facts)}.`,
  toTable(
    ['source', 'labels', 'photos', 'accuracy'],
    sources.map(({ source, photos, accuracy, perLabel }) => [
      source,
      Object.entries(perLabel)
        .map(([label, one]) => `${label} ${one.right} of ${one.photos}`)
        .join(', '),
      String(photos),
      toInterval(accuracy),
    ]),
  ),
]
