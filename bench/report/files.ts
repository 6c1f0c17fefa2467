import type { ReportFormat } from '../run'
import { toHtml } from './html'
import { toMarkdown } from './markdown'
import { toPicture } from './picture'
import type { Distribution, Report } from './report'
import { validateReport } from './schema'

/** A file of a report. */
export interface ReportFile {
  readonly name: string
  readonly content: string
}

/**
 * The files of a report: the same report gives the same bytes.
 *
 * @throws Error if the report does not fit its schema, which is a bug
 */
export async function toReportFiles(
  report: Report,
  distributions: readonly Distribution[],
  formats: readonly ReportFormat[],
): Promise<readonly ReportFile[]> {
  validateReport(report)
  const files: ReportFile[] = []
  for (const format of formats) files.push(...(await WRITERS[format](report, distributions)))
  return files
}

const WRITERS: Readonly<
  Record<
    ReportFormat,
    (report: Report, distributions: readonly Distribution[]) => Promise<readonly ReportFile[]>
  >
> = {
  json: (report) =>
    Promise.resolve([{ name: 'report.json', content: `${JSON.stringify(report, null, 2)}\n` }]),
  markdown: async (report) => [
    { name: 'report.md', content: toMarkdown(report) },
    { name: 'report.svg', content: await toPicture(report) },
  ],
  html: async (report, distributions) => [
    { name: 'report.html', content: await toHtml(report, distributions) },
  ],
}
