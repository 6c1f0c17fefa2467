import { toTable } from '../../../model-training/markdown-table'
import { MOST_LAG } from './summarise'
import type { Findings } from './summarise'

/** How late it sends, and what it costs, by rate. */
export function toGenerator({ generator }: Findings): string {
  return toTable(
    [
      ...['offered, requests/s', 'answered/s', 'requests', 'answered'],
      ...['late p50, ms', 'late p99, ms', 'late at most, ms', 'CPU a request, ms'],
    ],
    generator.map(({ rate, throughput, requests, answered, lag, cpuMsPerRequest }) => [
      ...[String(rate), throughput.toFixed(0), String(requests), String(answered)],
      ...[lag.p50, lag.p99, lag.max].map((ms) => ms.toFixed(2)),
      cpuMsPerRequest.toFixed(3),
    ]),
  )
}

/** At which rates it sends on time. */
export function toOnTime({ onTimeAt }: Findings): string {
  return onTimeAt.length === 0
    ? `At no rate that was offered p99 of the lag was at most ${MOST_LAG} ms.`
    : `p99 of the lag is at most ${MOST_LAG} ms at ${onTimeAt.join(', ')} requests a second.`
}
