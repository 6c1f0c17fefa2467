import { toJson, writeFiles } from '../recorder'
import { readRowRun, writeReport } from '../row-run'
import { toPeersMarkdown } from './markdown'
import { toPeersPlot } from './plot'
import { toPeersReport } from './report'
import type { PeersReport } from './report'
import { PEERS_FORMAT } from './run'

/**
 * Writes the report files of a comparison with peers from its raw rows.
 *
 * @throws RunFolderError if the folder is none, or its rows are damaged
 * @throws RecorderError if a file cannot be written
 */
export async function rebuildPeers(folder: string): Promise<PeersReport> {
  const report = toPeersReport(await readRowRun(folder, PEERS_FORMAT))
  await writeFiles(folder, { 'peers.json': toJson(report.rows) })
  return writeReport(folder, report, { toMarkdown: toPeersMarkdown, toPlot: toPeersPlot })
}
