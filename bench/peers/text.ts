import { toFigure } from '../report/format'
import type { PeersReport } from './report'

/** What a terminal is told: the highest concurrency of each. */
export function toPeersText(
  { valid, invalidReasons, rows, plan, unavailable }: PeersReport,
  folder: string,
): string {
  const most = Math.max(...plan.concurrency)
  const lines = [
    '',
    ...(valid ? [] : ['INVALID', ...invalidReasons.map((reason) => `- ${reason}`)]),
    ...rows
      .filter(({ concurrency }) => concurrency === most)
      .map(({ peer, workers, cpuMsPerRequest, throughput, ratioToOurs }) => {
        const cpu = cpuMsPerRequest === null ? '?' : toFigure(cpuMsPerRequest)
        const ratio = ratioToOurs === null ? '' : `, ${ratioToOurs.value.toFixed(2)} of ours`
        return `${peer} (${workers}): ${cpu} CPU ms a request${ratio}, ${toFigure(throughput)} a second`
      }),
    ...unavailable.map(({ peer, reason }) => `${peer}: unavailable: ${reason}`),
    `raw rows and report: ${folder}`,
  ]
  return `${lines.join('\n')}\n`
}
