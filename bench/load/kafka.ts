import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import type { IHeaders, Kafka, KafkaMessage } from 'kafkajs'
import { TargetError } from '../targets/target'
import type { Reply } from './ask-one'
import type { MessageLink } from './messages'
import { toReason } from './reason'
import { createReplies } from './replies'

interface KafkaLinkOptions {
  /** HOST:PORT of brokers. */
  readonly brokers: readonly string[]
}

const TOPICS = { photos: 'photos', predictions: 'predictions', rejected: 'rejected-photos' }

/**
 * The way to a target by Kafka: a photo is written to `photos` as a CloudEvent, and its answer is looked for in
 * `predictions` and `rejected-photos`. The broker has them before a photo counts as sent (acks=all).
 *
 * @throws TargetError where the broker cannot be used
 */
export async function openKafkaLink({ brokers }: KafkaLinkOptions): Promise<MessageLink> {
  const { Kafka, logLevel } = await import('kafkajs')
  const kafka = new Kafka({
    clientId: 'photo-twin-bench',
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    retry: { retries: 2 },
    // kafkajs leaves Nagle's algorithm on, which would be measured as the broker's time.
    socketFactory: ({ host, port, onConnect }) =>
      connect({ host, port }, onConnect).setNoDelay(true),
  })
  const producer = kafka.producer({ allowAutoTopicCreation: false })
  const replies = createReplies()
  try {
    await producer.connect()
    const stop = await readAnswers(kafka, (message, isRejected) => {
      const { name, reply } = toReply(message, isRejected)
      replies.receive(name, reply)
    })
    return {
      get duplicates() {
        return replies.duplicates
      },
      async ask({ bytes, contentType }, signal) {
        const id = randomUUID()
        const answer = replies.wait(id, signal)
        // It may come before the broker's word that it has the photo.
        answer.catch(() => undefined)
        const headers = {
          ...{ ce_specversion: '1.0', ce_id: id, ce_source: '/photo-twin/bench' },
          ...{ ce_type: 'photo-twin.photo', 'content-type': contentType },
        }
        const messages = [{ key: id, headers, value: bytes }]
        await producer.send({ topic: TOPICS.photos, acks: -1, messages })
        return answer
      },
      async close() {
        await stop()
        await producer.disconnect()
      },
    }
  } catch (error) {
    await producer.disconnect().catch(() => undefined)
    throw new TargetError(`Kafka at ${brokers.join(', ')} cannot be used: ${toReason(error)}`)
  }
}

type OnAnswer = (message: KafkaMessage, isRejected: boolean) => void

/** Reads what is written from now on. */
async function readAnswers(kafka: Kafka, onAnswer: OnAnswer): Promise<() => Promise<void>> {
  const topics = [TOPICS.predictions, TOPICS.rejected]
  const admin = kafka.admin()
  await admin.connect()
  const ends = await Promise.all(
    topics.map(async (topic) => ({ topic, partitions: await admin.fetchTopicOffsets(topic) })),
  )
  await admin.disconnect()
  const consumer = kafka.consumer({
    groupId: `photo-twin-bench-${randomUUID()}`,
    maxWaitTimeInMs: 500,
  })
  const close = (): Promise<void> => consumer.disconnect()
  try {
    await consumer.connect()
    await consumer.subscribe({ topics, fromBeginning: false })
    await consumer.run({
      autoCommit: false,
      eachMessage: ({ topic, message }) => {
        onAnswer(message, topic === TOPICS.rejected)
        return Promise.resolve()
      },
    })
    for (const { topic, partitions } of ends) {
      for (const { partition, high } of partitions)
        consumer.seek({ topic, partition, offset: high })
    }
  } catch (error) {
    await close()
    throw error
  }
  return close
}

function toReply(
  { headers = {}, value }: KafkaMessage,
  isRejected: boolean,
): { readonly name: string; readonly reply: Reply } {
  if (isRejected) {
    const [name, code, reason] = ['id', 'code', 'reason'].map((end) =>
      toText(headers, `rejected-${end}`),
    )
    const body = `${code ?? '?'}: ${reason ?? '?'}`
    return { name: name ?? '', reply: { status: 422, body, serverTiming: undefined } }
  }
  const serverTiming = toText(headers, 'ce_servertiming')
  const reply = { status: 200, body: value?.toString() ?? '', serverTiming }
  return { name: toText(headers, 'ce_id') ?? '', reply }
}

const toText = (headers: IHeaders, name: string): string | undefined =>
  headers[name] === undefined ? undefined : String(headers[name])
