import { setTimeout } from 'node:timers/promises'
import type { Consume } from '../inference'
import { retry } from './backoff'
import { createAnswerSender } from './kafka-answers'
import type { AnswerSender, KafkaTopics } from './kafka-answers'
import type { KafkaBatch, KafkaClient, KafkaDelivery, KafkaGroupMember } from './kafka-client'
import { LAG_MS, STOP_MS } from './message-consumer'
import type { MessageConsumer } from './message-consumer'
import { toReason } from './message-log'
import type { MessageLog, ObserveMessage } from './message-log'
import { createOffsetWindow } from './offset-window'
import { settle } from './settle'
import { createSlots } from './slots'
import type { Slots } from './slots'
import { within } from './within'

/** What a consumer of photos is called with. */
export interface KafkaConsumerOptions {
  readonly kafka: KafkaClient
  readonly consume: Consume
  readonly groupId: string
  readonly topics: KafkaTopics
  /** Photos that are worked on at once, of all partitions. */
  readonly maxInFlight: number
  readonly log: MessageLog
  readonly observe: ObserveMessage
}

interface Context extends KafkaConsumerOptions {
  readonly slots: Slots
  readonly signal: AbortSignal
  readonly send: AnswerSender
  readonly onOverloaded: (isOverloaded: boolean) => void
}

/** After so long at the latest what was answered is committed, and the group hears of this member. */
const COMMIT_MS = 1000
/** After the library gave up, which it also does where it is let in and then refused: not at once. */
const REJOIN_MS = 2000
/** Kafka may be away, and nobody to say goodbye to. */
const LEAVE_MS = 2000

/**
 * Answers photos of a topic, each at least once: its answer is written before its offset is committed. What is answered
 * again after a fault is answered the same, under the same id.
 *
 * @throws what the first joining of the group fails with
 */
export async function consumeKafka(options: KafkaConsumerOptions): Promise<MessageConsumer> {
  const { kafka, topics, groupId, log, maxInFlight } = options
  const stopping = new AbortController()
  const slots = createSlots(maxInFlight)
  let member: KafkaGroupMember | undefined
  let rejoining: Promise<void> | undefined
  let overloaded = 0
  const context: Context = {
    ...options,
    slots,
    signal: stopping.signal,
    send: createAnswerSender({ kafka, topics, log, signal: stopping.signal }),
    onOverloaded(isOverloaded) {
      overloaded += isOverloaded ? 1 : -1
      if (overloaded === 0) member?.resume()
      else member?.pause()
    },
  }
  const join = (): Promise<KafkaGroupMember> =>
    kafka.join({
      topic: topics.photos,
      groupId,
      onBatch: (batch) => runBatch(batch, context),
      onCrash(error, willRestart) {
        if (stopping.signal.aborted) return
        log.warn('Kafka was lost', { reason: error.message })
        if (!willRestart) rejoining = rejoin()
      },
    })
  async function rejoin(): Promise<void> {
    try {
      await setTimeout(REJOIN_MS, undefined, { signal: stopping.signal })
      member = await retry(join, {
        signal: stopping.signal,
        firstMs: REJOIN_MS,
        onFailure: (error) => {
          log.warn('Kafka cannot be joined', { reason: toReason(error) })
        },
      })
    } catch {
      // Only stopping ends it.
    }
  }
  member = await join()
  return {
    get inFlight() {
      return slots.inUse
    },
    get isPaused() {
      return overloaded > 0
    },
    readLag: () => within(LAG_MS, () => kafka.readLag(topics.photos, groupId)),
    async stop() {
      const left = member?.stop() ?? Promise.resolve()
      // What still waits for room, or for a broker that is away, is left for another.
      await within(STOP_MS, () => left).catch(() => undefined)
      stopping.abort()
      await within(LEAVE_MS, async () => {
        await left
        // It may have come back meanwhile.
        await rejoining
        await member?.stop()
      }).catch(() => undefined)
    },
  }
}

async function runBatch(batch: KafkaBatch, context: Context): Promise<void> {
  const { slots, signal } = context
  const window = createOffsetWindow()
  const pending: Promise<void>[] = []
  let failure: Error | undefined
  const fail = (error: unknown): void => {
    failure ??= error instanceof Error ? error : new Error(String(error))
  }
  const alive = setInterval(() => {
    batch
      .heartbeat()
      .then(() => batch.commit(), fail)
      .catch(fail)
  }, COMMIT_MS)
  try {
    for (const delivery of batch.deliveries) {
      await slots.take()
      if (failure !== undefined || signal.aborted || !batch.isWanted()) {
        slots.give()
        break
      }
      window.start(delivery.offset)
      const answered = answer(delivery, context).then(() => {
        const last = window.finish(delivery.offset)
        if (last !== undefined) batch.resolve(last)
      })
      pending.push(
        answered.catch(fail).finally(() => {
          slots.give()
        }),
      )
    }
    await Promise.all(pending)
  } finally {
    clearInterval(alive)
  }
  if (failure === undefined) await batch.commit()
  else if (!signal.aborted) throw failure
}

async function answer(delivery: KafkaDelivery, context: Context): Promise<void> {
  const { consume, send, observe, signal, onOverloaded } = context
  const startedAt = performance.now()
  const answered = await settle(consume, delivery, { signal, onOverloaded })
  await send(answered, delivery)
  observe(answered.outcome, performance.now() - startedAt)
}
