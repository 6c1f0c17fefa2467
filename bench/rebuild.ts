import { DEFAULT_PRICES } from './cost/prices'
import type { Prices } from './cost/prices'
import { readRun, RunFolderError } from './read-run'
import type { RawRun } from './read-run'
import { writeFiles } from './recorder'
import { toReportFiles } from './report/files'
import { toReport } from './report/json'
import type { Report } from './report/report'
import type { ReportFormat } from './run'

/**
 * Writes every report file of a run from its raw rows.
 *
 * @param formats those the run was made with, unless given
 * @param prices that what it costs is told by
 * @throws RunFolderError if the folder is not a run, or its rows are damaged
 * @throws RecorderError if a file cannot be written
 */
export async function rebuild(
  folder: string,
  formats?: readonly ReportFormat[],
  prices = DEFAULT_PRICES,
): Promise<Report> {
  const raw = await readRun(folder)
  const { report, distributions } = reduce(folder, raw, prices)
  const files = await toReportFiles(report, distributions, formats ?? raw.run.plan.formats)
  await writeFiles(folder, Object.fromEntries(files.map(({ name, content }) => [name, content])))
  return report
}

function reduce(folder: string, raw: RawRun, prices: Prices): ReturnType<typeof toReport> {
  try {
    return toReport(raw, prices)
  } catch (cause) {
    const { message } = cause as Error
    throw new RunFolderError(`the raw files of ${folder} do not fit together: ${message}`, {
      cause,
    })
  }
}
