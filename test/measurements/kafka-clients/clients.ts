import { connect } from 'node:net'
import { createRequire } from 'node:module'
import { Kafka, logLevel } from 'kafkajs'
import type { KafkaConfig } from 'kafkajs'

/** A client library at work: a record goes to a topic of one partition, and comes back. */
export interface MeasuredClient {
  /** Resolves once the broker has it (acks=all). */
  produce(value: Buffer): Promise<void>
  close(): Promise<void>
}

interface OpenOptions {
  readonly broker: string
  /** Made before, with one partition. */
  readonly topic: string
  readonly onRecord: () => void
}

export type OpenClient = (options: OpenOptions) => Promise<MeasuredClient>

/** As the library has it, or with what `messaging/kafka.ts` adds. */
const openKafkaJs =
  (config: Partial<KafkaConfig>): OpenClient =>
  async ({ broker, topic, onRecord }) => {
    const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING, ...config })
    const consumer = kafka.consumer({ groupId: `measured-${topic}`, maxWaitTimeInMs: 500 })
    const producer = kafka.producer({ allowAutoTopicCreation: false })
    await Promise.all([consumer.connect(), producer.connect()])
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({
      eachMessage: () => {
        onRecord()
        return Promise.resolve()
      },
    })
    return {
      async produce(value) {
        await producer.send({ topic, acks: -1, messages: [{ value }] })
      },
      async close() {
        await consumer.disconnect()
        await producer.disconnect()
      },
    }
  }

/** What of @platformatic/kafka is used; it is no package of ours. */
interface Platformatic {
  readonly Producer: new (options: object) => {
    send(options: object): Promise<unknown>
    close(): Promise<void>
  }
  readonly Consumer: new (options: object) => {
    consume(options: object): Promise<{
      on(event: 'data', listener: () => void): void
      close(): Promise<void>
    }>
    close(force: boolean): Promise<void>
  }
}

const openPlatformatic =
  (folder: string): OpenClient =>
  async ({ broker, topic, onRecord }) => {
    const path = createRequire(`${folder}/package.json`).resolve('@platformatic/kafka')
    const { Producer, Consumer } = (await import(path)) as Platformatic
    const options = { clientId: 'measured', bootstrapBrokers: [broker] }
    const producer = new Producer(options)
    const consumer = new Consumer({ ...options, groupId: `measured-${topic}` })
    const stream = await consumer.consume({ topics: [topic], mode: 'earliest', maxWaitTime: 500 })
    stream.on('data', onRecord)
    return {
      async produce(value) {
        await producer.send({ acks: -1, messages: [{ topic, value }] })
      },
      async close() {
        await stream.close()
        await consumer.close(true)
        await producer.close()
      },
    }
  }

/**
 * The clients by name.
 *
 * @param folder where @platformatic/kafka is installed
 */
export const toClients = (folder: string): Readonly<Record<string, OpenClient>> => ({
  'kafkajs as it is': openKafkaJs({}),
  'kafkajs as we use it': openKafkaJs({
    socketFactory: ({ host, port, onConnect }) =>
      connect({ host, port }, onConnect).setNoDelay(true),
  }),
  '@platformatic/kafka': openPlatformatic(folder),
})
