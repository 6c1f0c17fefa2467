import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { toTable } from '../../model-training/markdown-table'
import { endBrokersOnSignal } from '../helpers/brokers/broker-process'
import { KAFKA_VERSION, whyNoKafka } from '../helpers/brokers/kafka-broker'
import { readRabbitMqVersion, whyNoRabbitMq } from '../helpers/brokers/rabbitmq-broker'
import { readMade, readModel } from '../helpers/made'
import type { Made } from '../helpers/made'
import { FAULTS } from './faults'
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

interface Run extends Made {
  readonly model: { readonly name: string; readonly sha256: string }
  readonly kafka: string
  readonly rabbitmq: string
}

/** A pure function of the files beside it. */
function toMarkdown(run: Run, rows: readonly FaultRow[]): string {
  const head = ['fault', 'broker', 'hits', 'sent', 'answered', 'rejected', 'redelivered']
  const cells = rows.map((row) => [
    ...[row.fault, row.broker, row.hits, row.sent, row.answered, row.rejected, row.redelivered],
    ...[row.lost, row.duplicated, row.seconds],
  ])
  const table = toTable([...head, 'lost', 'duplicated', 'seconds'], toTexts(cells))
  const { command, commit, node, cpu, model, kafka, rabbitmq } = run
  return `# What becomes of photos where something goes wrong

Written from faults.json and run.json. \`${command}\`, commit ${commit}, Node.js ${node}, ${cpu}, model ${model.name}
${model.sha256.slice(0, 12)}, Kafka ${kafka}, RabbitMQ ${rabbitmq}, all on one machine. \`hits\`: how often the fault came while photos had no answer;
\`answered\` and \`rejected\`: distinct photos; \`redelivered\`: further records that say the same; \`duplicated\`: photos with
records that contradict each other; \`lost\`: photos of which nothing is said.

${table}
`
}

const toTexts = (rows: readonly (readonly (string | number)[])[]): string[][] =>
  rows.map((row) => row.map(String))

endBrokersOnSignal()
void main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? '') : String(error)}\n`)
    process.exit(1)
  },
)
