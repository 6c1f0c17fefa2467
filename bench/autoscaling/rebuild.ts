import { readRowRun, writeReport } from '../row-run'
import { toAutoscalingMarkdown } from './markdown'
import { toAutoscalingPlot } from './plot'
import { toAutoscalingReport } from './report'
import type { AutoscalingReport } from './report'
import { AUTOSCALING_FORMAT } from './run'

/**
 * Writes the report files of a run of autoscaling from its raw rows.
 *
 * @throws RunFolderError if the folder is none of autoscaling, or its rows are damaged
 * @throws RecorderError if a file cannot be written
 */
export async function rebuildAutoscaling(folder: string): Promise<AutoscalingReport> {
  const report = toAutoscalingReport(await readRowRun(folder, AUTOSCALING_FORMAT))
  return writeReport(folder, report, {
    toMarkdown: toAutoscalingMarkdown,
    toPlot: toAutoscalingPlot,
  })
}
