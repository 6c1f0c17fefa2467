import { medianInterval } from '../../../bench/statistics/median'
import { toTable } from '../../../model-training/markdown-table'
import type { Made } from '../../helpers/made'

/** One client's part of a block; times are ms. */
export interface Trial {
  readonly client: string
  readonly block: number
  /** Of a record, back to back. */
  readonly p50: number
  readonly cpuMsPerRecord: number
  /** Records a second, sixteen at once. */
  readonly throughput: number
}

/** kafka-clients.json. */
export interface KafkaClients extends Made {
  readonly other: string
  readonly broker: string
  readonly photoBytes: number
  readonly trials: readonly Trial[]
}

/** kafka-clients.md: a pure function of the file beside it. */
export function toMarkdown({
  command,
  commit,
  node,
  cpu,
  other,
  broker,
  photoBytes,
  trials,
}: KafkaClients): string {
  const names = [...new Set(trials.map(({ client }) => client))].sort()
  const toCell = (client: string, metric: 'p50' | 'cpuMsPerRecord' | 'throughput'): string => {
    const own = trials.filter((trial) => trial.client === client)
    const { value, lower, upper } = medianInterval(own.map((trial) => trial[metric]))
    const range = lower === undefined ? '' : ` (${lower.toFixed(2)} to ${upper.toFixed(2)})`
    return value.toFixed(2) + range
  }
  const rows = names.map((name) => [
    name,
    toCell(name, 'p50'),
    toCell(name, 'cpuMsPerRecord'),
    toCell(name, 'throughput'),
  ])
  const header = [
    'client',
    'produced until consumed, p50 ms',
    'CPU ms a record',
    'records/s, 16 at once',
  ]
  return `# Kafka's client libraries

Written from kafka-clients.json. \`${command}\`, commit ${commit}, Node.js ${node}, ${cpu}; kafkajs 2.2.4, ${other}, ${broker}
on the same machine. A record is a photo of ${photoBytes} bytes, written with acks=all. Medians of the blocks with the intervals
(95 %) of order statistics; CPU is that of the process, producer and consumer together, back to back.

${toTable(header, rows)}
`
}
