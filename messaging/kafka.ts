import { connect as connectTcp, isIP } from 'node:net'
import type { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Admin, Kafka, EachBatchPayload, KafkaConfig, KafkaMessage } from 'kafkajs'
import { toBrokerError } from './broker-error'
import type { BrokerError } from './broker-error'
import { RecordTooLarge } from './kafka-client'
import { toTexts, toTopicMessages } from './kafka-records'
import type {
  JoinOptions,
  KafkaBatch,
  KafkaClient,
  KafkaDelivery,
  KafkaGroupMember,
  KafkaOptions,
} from './kafka-client'
import { within } from './within'

/** Partitions that are worked on at once; what is in flight of all of them is bounded elsewhere. */
const CONCURRENT_PARTITIONS = 8
/** A consumer that was killed keeps its partitions for so long. */
const SESSION_MS = 10_000
const CONNECT_TIME_MS = 10_000
const CLOSE_MS = 2000

/**
 * Connects to Kafka, and makes the topics that are missing.
 *
 * @throws BrokerError within `connectTimeMs`
 */
export async function connectKafka(
  options: KafkaOptions,
  topics: readonly string[],
): Promise<KafkaClient> {
  const { connectTimeMs = CONNECT_TIME_MS } = options
  // Only who has a broker pays for the library.
  const library = await import('kafkajs')
  // What it has to say comes as errors and events; it would log addresses and stacks.
  const kafka = new library.Kafka({ ...toConfig(options), logLevel: library.logLevel.NOTHING })
  const admin = kafka.admin()
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    // Its own retry asks only brokers that have not answered yet, also where a partition has moved to one that has.
    retry: { retries: 0 },
  })
  const fail = (error: unknown): BrokerError =>
    toBrokerError(error, {
      address: options.brokers.join(', '),
      kind: 'Kafka',
      user: options.login?.username,
      isTls: options.tls !== undefined,
    })
  const close = async (): Promise<void> => {
    await Promise.allSettled([producer.disconnect(), admin.disconnect()])
  }
  const connect = async (): Promise<void> => {
    await admin.connect()
    await createMissing(admin, topics)
    await producer.connect()
  }
  const connecting = connect()
  try {
    await within(connectTimeMs, () => connecting)
  } catch (error) {
    // It may come to a connection yet.
    void connecting.catch(() => undefined).then(close)
    throw fail(error)
  }
  return {
    async send(records) {
      try {
        await producer.sendBatch({ acks: -1, topicMessages: toTopicMessages(records) })
      } catch (error) {
        throw isTooLarge(error)
          ? new RecordTooLarge('the broker takes no record this large')
          : error
      }
    },
    async join(asked) {
      try {
        return await joinGroup(kafka, asked)
      } catch (error) {
        throw fail(error)
      }
    },
    readLag: (topic, groupId) => readLag(admin, topic, groupId),
    close: () => within(CLOSE_MS, close).catch(() => undefined),
  }
}

const isTooLarge = (error: unknown): boolean =>
  error instanceof Error &&
  (('type' in error && error.type === 'MESSAGE_TOO_LARGE') || isTooLarge(error.cause))

const toConfig = ({ brokers, tls, login }: KafkaOptions): KafkaConfig => ({
  clientId: 'photo-twin',
  brokers: [...brokers],
  ...(tls === undefined ? {} : { ssl: tls.ca === undefined ? true : { ca: tls.ca } }),
  ...(login === undefined ? {} : { sasl: { ...login } as NonNullable<KafkaConfig['sasl']> }),
  connectionTimeout: 3000,
  // Of the connection: what goes on trying tries by itself, and what starts is to be told soon.
  retry: { initialRetryTime: 200, retries: 2 },
  socketFactory: ({ host, port, ssl, onConnect }): Socket => {
    const named = isIP(host) === 0 ? { servername: host } : {}
    const socket =
      tls === undefined
        ? connectTcp({ host, port }, onConnect)
        : connectTls({ host, port, ...named, ...(typeof ssl === 'object' ? ssl : {}) }, onConnect)
    // Without it a request's last piece waits for the answer to its first (Nagle), which takes up to 40 ms.
    return socket.setNoDelay(true).setKeepAlive(true, 60_000)
  },
})

async function createMissing(admin: Admin, wanted: readonly string[]): Promise<void> {
  const there = await admin.listTopics()
  const missing = wanted.filter((topic) => !there.includes(topic))
  if (missing.length === 0) return
  await admin.createTopics({ topics: missing.map((topic) => ({ topic })), waitForLeaders: true })
}

async function joinGroup(
  kafka: Kafka,
  { topic, groupId, onBatch, onCrash }: JoinOptions,
): Promise<KafkaGroupMember> {
  const consumer = kafka.consumer({
    groupId,
    sessionTimeout: SESSION_MS,
    maxWaitTimeInMs: 500,
    // Its delays grow with every fault since the group was joined, however long ago.
    retry: { initialRetryTime: 200, maxRetryTime: 2000, retries: 8 },
  })
  let isRunning = false
  let hasBegun = false
  const failures: Error[] = []
  consumer.on(consumer.events.GROUP_JOIN, () => {
    isRunning = true
  })
  consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
    isRunning = false
    if (hasBegun || restart) onCrash(error, restart)
    else failures.push(error)
  })
  try {
    await consumer.connect()
    // A group that is new answers what waits, too.
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({
      // Only what was resolved, which is what was answered.
      autoCommit: true,
      autoCommitInterval: 1000,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: CONCURRENT_PARTITIONS,
      eachBatch: (payload) => onBatch(toBatch(payload)),
    })
    // Of a group that cannot be joined it tells by the event alone.
    for (const failure of failures) throw failure
    hasBegun = true
  } catch (error) {
    await consumer.disconnect().catch(() => undefined)
    throw error
  }
  return {
    // Between a crash and its end kafkajs has no group, and throws; a new one begins unpaused.
    pause() {
      if (isRunning) consumer.pause([{ topic }])
    },
    resume() {
      if (isRunning) consumer.resume([{ topic }])
    },
    stop: () => consumer.disconnect(),
  }
}

function toBatch(payload: EachBatchPayload): KafkaBatch {
  const { topic, partition, messages } = payload.batch
  return {
    deliveries: messages.map((message) => toDelivery(message, topic, partition)),
    resolve(offset) {
      payload.resolveOffset(offset)
    },
    // What was resolved and is not committed: also while the consumer stops.
    commit: () => payload.commitOffsetsIfNecessary(payload.uncommittedOffsets()),
    heartbeat: () => payload.heartbeat(),
    isWanted: () => payload.isRunning() && !payload.isStale(),
  }
}

const toDelivery = (
  { key, headers = {}, value, offset }: KafkaMessage,
  topic: string,
  partition: number,
): KafkaDelivery => ({
  topic,
  partition,
  offset,
  key: key?.toString(),
  headers: toTexts(headers),
  value: value ?? Buffer.alloc(0),
})

async function readLag(
  admin: Admin,
  topic: string,
  groupId: string,
): Promise<ReadonlyMap<string, number>> {
  const [ends, [committed]] = await Promise.all([
    admin.fetchTopicOffsets(topic),
    admin.fetchOffsets({ groupId, topics: [topic] }),
  ])
  const offsets = new Map(committed?.partitions.map(({ partition, offset }) => [partition, offset]))
  return new Map(
    ends.map(({ partition, low, high }) => {
      // -1: nothing is committed, and a new group begins at the beginning.
      const offset = offsets.get(partition) ?? '-1'
      return [`${topic}/${partition}`, Number(high) - Number(offset === '-1' ? low : offset)]
    }),
  )
}
