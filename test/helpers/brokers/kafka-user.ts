import { randomUUID } from 'node:crypto'
import { Kafka, logLevel } from 'kafkajs'
import type { Admin, KafkaConfig } from 'kafkajs'

/** A record, with texts where it has them. */
export interface ReadRecord {
  readonly topic: string
  readonly key: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly value: Buffer
}

/** Who writes to and reads from Kafka in tests: by its client library, not by way of what is tested. */
export interface KafkaUser {
  createTopics(
    topics: readonly string[],
    settings?: Readonly<Record<string, string>>,
  ): Promise<void>
  produce(topic: string, record: Partial<Omit<ReadRecord, 'topic'>>): Promise<void>
  /** Records that topics have now. */
  count(...topics: readonly string[]): Promise<number>
  /** All of them. */
  readAll(...topics: readonly string[]): Promise<readonly ReadRecord[]>
  close(): Promise<void>
}

/** Connects to the broker on a port of 127.0.0.1. */
export async function openKafkaUser(
  port: number,
  config: Partial<KafkaConfig> = {},
): Promise<KafkaUser> {
  const kafka = new Kafka({
    brokers: [`127.0.0.1:${port}`],
    logLevel: logLevel.NOTHING,
    retry: { retries: 3 },
    ...config,
  })
  const admin = kafka.admin()
  await admin.connect()
  const producer = kafka.producer({ allowAutoTopicCreation: false })
  await producer.connect()
  return {
    async createTopics(topics, settings = {}) {
      const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }))
      await admin.createTopics({
        topics: topics.map((topic) => ({ topic, replicationFactor: 1, configEntries })),
        waitForLeaders: true,
      })
    },
    async produce(topic, { key, headers = {}, value = Buffer.alloc(0) }) {
      const message = { key: key ?? null, headers: { ...headers }, value }
      await producer.send({ topic, acks: -1, messages: [message] })
    },
    async count(...topics) {
      const ends = await readEnds(admin, topics)
      return [...ends.values()].reduce((sum, { high, low }) => sum + high - low, 0)
    },
    readAll: (...topics) => readAll(kafka, admin, topics),
    async close() {
      await Promise.allSettled([producer.disconnect(), admin.disconnect()])
    },
  }
}

interface Range {
  readonly low: number
  readonly high: number
}

/** By topic and partition. */
async function readEnds(
  admin: Admin,
  topics: readonly string[],
): Promise<ReadonlyMap<string, Range>> {
  const ends = await Promise.all(
    topics.map(async (topic) => {
      const partitions = await admin.fetchTopicOffsets(topic)
      return partitions.map(
        ({ partition, low, high }) =>
          [`${topic}/${partition}`, { low: Number(low), high: Number(high) }] as const,
      )
    }),
  )
  return new Map(ends.flat())
}

/** Up to the ends of now. */
async function readAll(
  kafka: Kafka,
  admin: Admin,
  topics: readonly string[],
): Promise<readonly ReadRecord[]> {
  const ends = await readEnds(admin, topics)
  const left = new Map([...ends].filter(([, { low, high }]) => high > low))
  const records: ReadRecord[] = []
  if (left.size === 0) return records
  const consumer = kafka.consumer({ groupId: randomUUID() })
  await consumer.connect()
  await consumer.subscribe({ topics: [...topics], fromBeginning: true })
  await new Promise<void>((resolve, reject) => {
    const eachBatch: NonNullable<Parameters<typeof consumer.run>[0]>['eachBatch'] = ({ batch }) => {
      const place = `${batch.topic}/${batch.partition}`
      const end = left.get(place)?.high ?? 0
      for (const { key, headers = {}, value, offset } of batch.messages) {
        if (Number(offset) >= end) break
        const texts = Object.entries(headers).map(([name, text]) => [name, String(text)])
        records.push({
          topic: batch.topic,
          key: key?.toString(),
          headers: Object.fromEntries(texts) as Record<string, string>,
          value: value ?? Buffer.alloc(0),
        })
        if (Number(offset) === end - 1) left.delete(place)
      }
      if (left.size === 0) resolve()
      return Promise.resolve()
    }
    consumer.run({ eachBatch }).catch(reject)
  })
  await consumer.disconnect()
  return records
}
