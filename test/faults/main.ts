import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { endBrokersOnSignal } from '../helpers/brokers/broker-process'
import { KAFKA_VERSION, whyNoKafka } from '../helpers/brokers/kafka-broker'
import { readRabbitMqVersion, whyNoRabbitMq } from '../helpers/brokers/rabbitmq-broker'
import { readMade, readModel } from '../helpers/made'
import { FAULTS } from './faults'
import { toMarkdown } from './markdown'
import { runFault } from './run-fault'
import type { FaultRow } from './run-fault'

const HELP = `npm run test:faults -- [--messages N] [--out DIR] [--only TEXT]

Sends photos through real brokers, started on this machine, to the container twin while something goes wrong, and counts
what became of each. Needs java and mvn (Kafka), and Debian's rabbitmq-server.
  --messages N  photos a fault (1000)
  --out DIR     where faults.json, run.json and faults.md go (runs/faults)
  --only TEXT   only faults of a broker or name with this text in it
The exit code is 1 where a photo was lost, or has records that contradict each other.
`
const EXIT_USAGE = 64
const PAUSE_MS = 30_000

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      messages: { type: 'string', default: '1000' },
      out: { type: 'string', default: join('runs', 'faults') },
      only: { type: 'string', default: '' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(HELP)
    return 0
  }
  const messages = Number(values.messages)
  const faults = FAULTS.filter(({ broker, name }) => `${broker}: ${name}`.includes(values.only))
  if (!(Number.isInteger(messages) && messages > 0) || faults.length === 0) {
    process.stderr.write('--messages takes a whole number from 1, --only a part of a name\n')
    return EXIT_USAGE
  }
  for (const missing of [await whyNoKafka(), await whyNoRabbitMq()]) {
    if (missing !== undefined) throw new Error(missing)
  }
  await mkdir(values.out, { recursive: true })
  const run = {
    ...readMade(`npm run test:faults -- --messages ${messages}`),
    ...{ model: readModel(), kafka: KAFKA_VERSION, rabbitmq: await readRabbitMqVersion() },
    ...{ messages, pauseMs: PAUSE_MS },
  }
  const write = (name: string, text: string): Promise<void> =>
    writeFile(join(values.out, name), text)
  await write('run.json', toJson(run))
  const rows: FaultRow[] = []
  for (const fault of faults) {
    const title = `${fault.broker}: ${fault.name}`
    const row = await runFault(fault, {
      messages,
      pauseMs: PAUSE_MS,
      onProgress: ({ sent, outcomes }) => {
        process.stderr.write(`\r${title}: ${sent} of ${messages} sent, ${outcomes} records`)
      },
    })
    rows.push(row)
    process.stderr.write(`\r${title}: ${JSON.stringify(row)}\n`)
    // After each, so that a long run leaves what it has.
    await write('faults.json', toJson(rows))
    await write('faults.md', toMarkdown(run, rows))
  }
  return rows.some(({ lost, duplicated }) => lost + duplicated > 0) ? 1 : 0
}

const toJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

endBrokersOnSignal()
void main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? '') : String(error)}\n`)
    process.exit(1)
  },
)
