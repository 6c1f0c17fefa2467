import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { goodPhotos } from '../../fixtures/good-photos'
import { endBrokersOnSignal } from '../../helpers/brokers/broker-process'
import { KAFKA_VERSION, startKafka } from '../../helpers/brokers/kafka-broker'
import { openKafkaUser } from '../../helpers/brokers/kafka-user'
import { readMade } from '../../helpers/made'
import { median } from '../median'
import { toClients } from './clients'
import type { OpenClient } from './clients'
import { toMarkdown } from './markdown'
import type { Trial } from './markdown'

const HELP = `npm run measure:kafka-clients -- [--out DIR] [--blocks N]

Measures Kafka's client libraries against a real broker on this machine, one after the other in interleaved blocks: how long
a photo takes from being produced to being consumed, back to back and sixteen at once, and the CPU that it costs the
process. Writes kafka-clients.json and kafka-clients.md into DIR (results/messages). Needs java, mvn and the npm registry.
`
const OTHER = '@platformatic/kafka@1.35.0'
const FOLDER = join(__dirname, '../../../.cache/kafka-clients')
const RECORDS = 200
const AT_ONCE = 16

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      out: { type: 'string', default: 'results/messages' },
      blocks: { type: 'string', default: '10' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(HELP)
    return
  }
  await mkdir(FOLDER, { recursive: true })
  await writeFile(join(FOLDER, 'package.json'), '{}\n')
  const install = ['install', '--ignore-scripts', '--no-save', '--prefix', FOLDER, OTHER]
  await promisify(execFile)('npm', install)
  const broker = await startKafka({ partitions: 1 })
  const photo = Buffer.from((await goodPhotos())[0]!.bytes)
  const trials: Trial[] = []
  try {
    const user = await openKafkaUser(broker.port)
    const clients = Object.entries(toClients(FOLDER))
    for (let block = 0; block < Number(values.blocks); block++) {
      process.stderr.write(`block ${block + 1} of ${values.blocks}\n`)
      // Another order in each block.
      for (const at of clients.keys()) {
        const [client, open] = clients[(at + block) % clients.length]!
        const topic = `measured-${block}-${at}`
        await user.createTopics([topic])
        const options = { broker: `127.0.0.1:${broker.port}`, topic, photo }
        trials.push({ client, block, ...(await measure(open, options)) })
      }
    }
    await user.close()
  } finally {
    await broker.stop()
  }
  const command = `npm run measure:kafka-clients -- --blocks ${values.blocks}`
  const result = {
    ...{ ...readMade(command), other: OTHER, broker: `Kafka ${KAFKA_VERSION}` },
    ...{ photoBytes: photo.length, trials },
  }
  await mkdir(values.out, { recursive: true })
  const json = `${JSON.stringify(result, null, 2)}\n`
  await writeFile(join(values.out, 'kafka-clients.json'), json)
  await writeFile(join(values.out, 'kafka-clients.md'), toMarkdown(result))
}

async function measure(
  open: OpenClient,
  {
    broker,
    topic,
    photo,
  }: { readonly broker: string; readonly topic: string; readonly photo: Buffer },
): Promise<Omit<Trial, 'client' | 'block'>> {
  let consumed = 0
  let wake: () => void = () => undefined
  const onRecord = (): void => {
    consumed += 1
    wake()
  }
  const until = async (count: number): Promise<void> => {
    while (consumed < count) await new Promise<void>((resolve) => (wake = resolve))
  }
  const client = await open({ broker, topic, onRecord })
  const times: number[] = []
  // The first ones find a group that still forms, and code that is not compiled.
  for (let n = 0; n < RECORDS / 4; n++) {
    await client.produce(photo)
    await until(n + 1)
  }
  const before = process.cpuUsage()
  for (let n = 0; n < RECORDS; n++) {
    const startedAt = performance.now()
    const target = consumed + 1
    await Promise.all([client.produce(photo), until(target)])
    times.push(performance.now() - startedAt)
  }
  const { user, system } = process.cpuUsage(before)
  const total = consumed + RECORDS
  let left = RECORDS
  const startedAt = performance.now()
  const produceOnAndOn = async (): Promise<void> => {
    while (left-- > 0) await client.produce(photo)
  }
  await Promise.all([...Array.from({ length: AT_ONCE }, produceOnAndOn), until(total)])
  const seconds = (performance.now() - startedAt) / 1000
  await client.close()
  return {
    p50: median(times),
    cpuMsPerRecord: (user + system) / 1000 / RECORDS,
    throughput: RECORDS / seconds,
  }
}

endBrokersOnSignal()
void main()
