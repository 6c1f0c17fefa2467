import { readRowRun, writeReport } from '../row-run'
import { toColdStartMarkdown } from './markdown'
import { toColdStartPlot } from './plot'
import { toColdStartReport } from './report'
import type { ColdStartReport } from './report'
import { COLD_START_FORMAT } from './run'

/**
 * Writes the report files of cold starts from their raw rows.
 *
 * @throws RunFolderError if the folder is none of cold starts, or its rows are damaged
 * @throws RecorderError if a file cannot be written
 */
export async function rebuildColdStarts(folder: string): Promise<ColdStartReport> {
  const report = toColdStartReport(await readRowRun(folder, COLD_START_FORMAT))
  return writeReport(folder, report, {
    toMarkdown: toColdStartMarkdown,
    toPlot: toColdStartPlot,
  })
}
