import type { Answered, Rejected } from '../inference'
import { retry } from './backoff'
import { createBatchSender } from './batch-sender'
import { withDeadline } from './deadline'
import { connectKafka } from './kafka'
import { RecordTooLarge } from './kafka-client'
import type { KafkaClient, KafkaDelivery, KafkaOptions, KafkaRecord } from './kafka-client'
import { toReason } from './message-log'
import type { MessageLog } from './message-log'
import { toReasonHeaders } from './reason-headers'
import { within } from './within'

/** Where photos come from, and their answers go. */
export interface KafkaTopics {
  readonly photos: string
  readonly predictions: string
  readonly rejected: string
}

interface AnswerSenderOptions {
  readonly kafka: Pick<KafkaClient, 'send'>
  readonly topics: KafkaTopics
  readonly log: MessageLog
  /** Ends trying. */
  readonly signal: AbortSignal
}

/** Resolves once the broker has the answer; tries for as long as it takes. */
export type AnswerSender = (
  answer: Answered | Rejected,
  delivery?: Pick<KafkaDelivery, 'topic' | 'partition' | 'offset'>,
) => Promise<void>

/** Answers that are sent at once; each is about 500 bytes. */
const MAX_ANSWERS = 500

/** Makes the function that writes answers to Kafka. */
export function createAnswerSender({
  kafka,
  topics,
  log,
  signal,
}: AnswerSenderOptions): AnswerSender {
  const write = (records: readonly KafkaRecord[]): Promise<void> =>
    retry(() => kafka.send(records), {
      signal,
      isFinal: (error) => error instanceof RecordTooLarge,
      onFailure(error, delayMs) {
        log.warn('answers cannot be written, trying again', { reason: toReason(error), delayMs })
      },
    })
  // What is too large together is not by itself.
  const writeAll = async (records: readonly KafkaRecord[]): Promise<void> => {
    try {
      await write(records)
    } catch (error) {
      if (!(error instanceof RecordTooLarge) || records.length === 1) throw error
      for (const record of records) await write([record])
    }
  }
  const sendPrediction = createBatchSender({ send: writeAll, maxItems: MAX_ANSWERS })
  return async (answer, delivery) => {
    if (answer.state === 'answered') {
      return sendPrediction(toRecord(answer, topics.predictions))
    }
    const record = withOrigin(toRecord(answer, topics.rejected), delivery)
    try {
      // By itself: it may be too large, and what is sent along with it would not be written either.
      await write([record])
    } catch (error) {
      if (!(error instanceof RecordTooLarge)) throw error
      // The topic takes less than the one the photo came from, where it stays: it is told where.
      const headers = toReasonHeaders(record.headers)
      await write([{ ...record, headers, value: Buffer.alloc(0) }])
    }
  }
}

const toRecord = ({ key, headers, value }: Answered | Rejected, topic: string): KafkaRecord => ({
  topic,
  key,
  headers,
  value,
})

function withOrigin(record: KafkaRecord, delivery: Parameters<AnswerSender>[1]): KafkaRecord {
  if (delivery === undefined) return record
  const { topic, partition, offset } = delivery
  return {
    ...record,
    headers: {
      ...record.headers,
      'rejected-topic': topic,
      'rejected-partition': String(partition),
      'rejected-offset': offset,
    },
  }
}

/** Writes answers for a function, whose host calls it when it likes. */
export interface KafkaAnswers {
  /** @throws BrokerError, ConfigError of the options; what the broker says, after a few attempts */
  send(answer: Answered | Rejected): Promise<void>
  close(): Promise<void>
}

/** A function's caller waits: it is told rather than kept waiting without end. */
const SEND_MS = 20_000

/** Answers written by a connection that is made when it is first needed; only then are its options read. */
export function createKafkaAnswers(
  readOptions: () => KafkaOptions & { readonly topics: KafkaTopics },
): KafkaAnswers {
  let connecting: Promise<KafkaClient> | undefined
  const stopping = new AbortController()
  async function connect(options: ReturnType<typeof readOptions>): Promise<KafkaClient> {
    try {
      return await connectKafka(options, Object.values(options.topics))
    } catch (error) {
      connecting = undefined
      throw error
    }
  }
  return {
    async send(answer) {
      const options = readOptions()
      const kafka = await (connecting ??= connect(options))
      let reason = 'the broker says nothing'
      const log: MessageLog = {
        warn(event, details) {
          reason = typeof details['reason'] === 'string' ? details['reason'] : event
        },
      }
      // A request may hang, which no signal ends.
      await within(SEND_MS, () =>
        withDeadline(stopping.signal, SEND_MS, (signal) =>
          createAnswerSender({ kafka, topics: options.topics, log, signal })(answer),
        ),
      ).catch((cause: unknown) => {
        if (stopping.signal.aborted || cause instanceof RecordTooLarge) throw cause
        throw new Error(`the answer cannot be written: ${reason}`, { cause })
      })
    },
    async close() {
      stopping.abort()
      const kafka = await connecting?.catch(() => undefined)
      await kafka?.close()
    },
  }
}
