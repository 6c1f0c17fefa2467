import { execFile } from 'node:child_process'
import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Kafka, logLevel } from 'kafkajs'
import { findFreePort } from '../../../bench/targets/free-port'
import { isListening, startBroker } from './broker-process'
import type { BrokerProcess } from './broker-process'

const run = promisify(execFile)
/** As pom.xml has it. */
export const KAFKA_VERSION = '3.9.2'
const JARS = join(__dirname, '..', '..', '..', '.cache', 'kafka')
/** A photo of 20 MB is for the consumer to refuse. */
const MAX_MESSAGE_BYTES = 32 * 1024 * 1024

/** Why no Kafka can be started here. */
export async function whyNoKafka(): Promise<string | undefined> {
  try {
    await run('java', ['-version'])
    await access(JARS).catch(() => run('mvn', ['--version']))
    return undefined
  } catch {
    return 'Kafka needs java, and mvn to fetch it'
  }
}

interface KafkaBrokerOptions {
  readonly partitions?: number
  /** Further lines of its server.properties. */
  readonly properties?: readonly string[]
  readonly protocol?: 'PLAINTEXT' | 'SASL_PLAINTEXT' | 'SSL'
}

/** Starts one Kafka broker (KRaft) on a free port of 127.0.0.1; its data goes when it is stopped. */
export async function startKafka({
  partitions = 3,
  properties = [],
  protocol = 'PLAINTEXT',
}: KafkaBrokerOptions = {}): Promise<BrokerProcess> {
  await fetchJars()
  const folder = await mkdtemp(join(tmpdir(), 'photo-twin-kafka-'))
  const port = await findFreePort()
  const controller = await findFreePort()
  const file = join(folder, 'server.properties')
  await writeFile(
    file,
    [
      'process.roles=broker,controller',
      'node.id=1',
      `controller.quorum.voters=1@127.0.0.1:${controller}`,
      `listeners=CLIENTS://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
      `advertised.listeners=CLIENTS://127.0.0.1:${port}`,
      'inter.broker.listener.name=CLIENTS',
      'controller.listener.names=CONTROLLER',
      `listener.security.protocol.map=CLIENTS:${protocol},CONTROLLER:PLAINTEXT`,
      `log.dirs=${join(folder, 'data')}`,
      `num.partitions=${partitions}`,
      'offsets.topic.num.partitions=1',
      'offsets.topic.replication.factor=1',
      'transaction.state.log.replication.factor=1',
      'transaction.state.log.min.isr=1',
      'group.initial.rebalance.delay.ms=0',
      'auto.create.topics.enable=false',
      `message.max.bytes=${MAX_MESSAGE_BYTES}`,
      `replica.fetch.max.bytes=${MAX_MESSAGE_BYTES}`,
      ...properties,
    ].join('\n'),
  )
  const java = ['-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', join(JARS, '*')]
  await run('java', [
    ...java,
    'kafka.tools.StorageTool',
    ...['format', '--cluster-id', 'cGhvdG8tdHdpbi10ZXN0cw', '--config', file],
  ])
  const isOpen = protocol === 'PLAINTEXT'
  return startBroker({
    port,
    command: ['java', ...java, 'kafka.Kafka', file],
    isReady: () => (isOpen ? answers(port) : isListening(port)),
    cleanUp: () => rm(folder, { recursive: true }),
  })
}

/** It listens before it knows itself. */
async function answers(port: number): Promise<boolean> {
  if (!(await isListening(port))) return false
  const admin = new Kafka({
    brokers: [`127.0.0.1:${port}`],
    logLevel: logLevel.NOTHING,
    retry: { retries: 0 },
  }).admin()
  try {
    await admin.connect()
    return (await admin.describeCluster()).brokers.length > 0
  } catch {
    return false
  } finally {
    await admin.disconnect().catch(() => undefined)
  }
}

/** Once a checkout; two test processes may do it at once. */
async function fetchJars(): Promise<void> {
  const isThere = await access(JARS).then(
    () => true,
    () => false,
  )
  if (isThere) return
  await mkdir(join(JARS, '..'), { recursive: true })
  const folder = await mkdtemp(`${JARS}-`)
  await run('mvn', [
    ...['--batch-mode', '--quiet', '--file', join(__dirname, 'pom.xml')],
    ...['dependency:copy-dependencies', `-DoutputDirectory=${folder}`],
  ])
  await rename(folder, JARS).catch(() => rm(folder, { recursive: true }))
}
