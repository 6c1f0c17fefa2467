import { setTimeout } from 'node:timers/promises'
import { PhotoError, toRejection } from '../inference'
import type { Answered, Consume, Rejected } from '../inference'
import { connectAmqp } from './amqp'
import type { AmqpOptions, ConfirmChannel, ConsumeMessage } from './amqp'
import { LAG_MS, STOP_MS } from './message-consumer'
import type { MessageConsumer } from './message-consumer'
import { toReason } from './message-log'
import type { MessageLog, ObserveMessage } from './message-log'
import { publish } from './publish'
import type { Publication } from './publish'
import { DeadlineError, withDeadline } from './deadline'
import { readDelivery } from './rpc-delivery'
import type { RpcDelivery } from './rpc-delivery'
import { declareQueues, REJECTED_QUEUE, toQueue } from './rpc-queues'
import { toReasonHeaders } from './reason-headers'
import { settle } from './settle'
import { within } from './within'

/** What answers photos over RabbitMQ. */
export interface RpcServerOptions extends AmqpOptions {
  readonly consume: Consume
  /** Names of the models that are served; each has a queue. */
  readonly models: readonly string[]
  /** Photos that are taken from each queue before they are answered. */
  readonly maxInFlight: number
  readonly maxWaiting?: number
  readonly log: MessageLog
  readonly observe: ObserveMessage
}

interface Context extends RpcServerOptions {
  readonly signal: AbortSignal
  readonly onOverloaded: (isOverloaded: boolean) => void
}

/** Before a message is given back that could not be answered. */
const GIVE_BACK_MS = 1000

/**
 * Answers photos from the queues of models, to the reply queue that each names: a photo is acknowledged once the broker
 * has its answer.
 *
 * @throws BrokerError
 */
export async function serveRpc(options: RpcServerOptions): Promise<MessageConsumer> {
  const { models, maxInFlight, maxWaiting, log } = options
  const stopping = new AbortController()
  const atWork = new Set<Promise<void>>()
  let overloaded = 0
  let isStopping = false
  let leave: (() => Promise<unknown>) | undefined
  let open: ConfirmChannel | undefined
  const context: Context = {
    ...options,
    signal: stopping.signal,
    onOverloaded(isOverloaded) {
      overloaded += isOverloaded ? 1 : -1
    },
  }

  function take(delivery: ConsumeMessage, channel: ConfirmChannel, model: string): void {
    const work = answer(delivery, channel, { ...context, model }).finally(() => atWork.delete(work))
    atWork.add(work)
  }

  async function setUp(channel: ConfirmChannel): Promise<void> {
    await declareQueues(channel, models, maxWaiting)
    // The queue of rejected photos was deleted, too; what was not acknowledged comes again.
    channel.on('return', () => void closeAnew(channel))
    if (isStopping) return
    await channel.prefetch(maxInFlight)
    const tags = await Promise.all(
      models.map(async (model) => {
        const { consumerTag } = await channel.consume(toQueue(model), (delivery) => {
          if (delivery === null) void closeAnew(channel)
          else take(delivery, channel, model)
        })
        return consumerTag
      }),
    )
    open = channel
    leave = () => Promise.all(tags.map((tag) => channel.cancel(tag)))
  }

  const connection = await connectAmqp({
    ...options,
    setUp,
    onLost(reason) {
      leave = undefined
      open = undefined
      if (!stopping.signal.aborted) log.warn('RabbitMQ was lost', { reason })
    },
  })
  return {
    get inFlight() {
      return atWork.size
    },
    get isPaused() {
      return overloaded > 0
    },
    readLag: () => within(LAG_MS, () => countWaiting(open, models)),
    async stop() {
      isStopping = true
      await within(LAG_MS, async () => leave?.()).catch(() => undefined)
      // What is not answered by then goes to another.
      await within(STOP_MS, () => Promise.all(atWork)).catch(() => undefined)
      stopping.abort()
      await connection.close()
    },
  }
}

/** A queue was deleted: it is declared anew with the next connection. */
const closeAnew = (channel: ConfirmChannel): Promise<void> => channel.close().catch(() => undefined)

async function countWaiting(
  channel: ConfirmChannel | undefined,
  models: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (channel === undefined) throw new Error('RabbitMQ is not connected')
  const counts = models.map(async (model): Promise<[string, number]> => {
    const { queue, messageCount } = await channel.checkQueue(toQueue(model))
    return [queue, messageCount]
  })
  return new Map(await Promise.all(counts))
}

interface Ask extends Context {
  readonly model: string
}

/** Never rejects: what cannot be answered is given back. */
async function answer(delivery: ConsumeMessage, channel: ConfirmChannel, ask: Ask): Promise<void> {
  const startedAt = performance.now()
  try {
    const read = readDelivery(delivery, ask.model)
    const answered = await toAnswer(read, ask)
    await send(answered, read, channel)
    channel.ack(delivery)
    ask.observe(answered.outcome, performance.now() - startedAt)
  } catch (error) {
    if (ask.signal.aborted) return
    ask.log.warn('a photo was not answered', { reason: toReason(error) })
    await setTimeout(GIVE_BACK_MS, undefined, { ref: false })
    giveBack(delivery, channel)
  }
}

async function toAnswer(
  { message, replyTo, expiresMs }: RpcDelivery,
  { consume, signal, onOverloaded }: Ask,
): Promise<Answered | Rejected> {
  if (replyTo === undefined) {
    const reason = 'the message has no reply-to, there is nobody to answer'
    return toRejection(message, new PhotoError('INVALID_MESSAGE', reason))
  }
  // The broker drops what expired while it had it; from here on it is counted anew, as clocks differ.
  return withDeadline(signal, expiresMs, async (either) => {
    try {
      return await settle(consume, message, { signal: either, onOverloaded })
    } catch (error) {
      if (!(either.reason instanceof DeadlineError)) throw error
      const reason = 'the request expired before its turn'
      return toRejection(message, new PhotoError('TIMED_OUT', reason))
    }
  })
}

/** Resolves once the broker has the answer, and a rejected photo. */
async function send(
  answer: Answered | Rejected,
  { replyTo, correlationId }: RpcDelivery,
  channel: ConfirmChannel,
): Promise<void> {
  const asked = {
    messageId: answer.id,
    ...(correlationId === undefined ? {} : { correlationId }),
  }
  if (answer.state === 'rejected') {
    const { headers, value } = answer
    const type = headers['content-type']
    await publish(channel, {
      queue: REJECTED_QUEUE,
      content: value,
      properties: {
        ...asked,
        headers: toFitting(headers),
        mandatory: true,
        ...(type === undefined ? {} : { contentType: type }),
      },
    })
  }
  if (replyTo !== undefined) await publish(channel, { queue: replyTo, ...toReply(answer, asked) })
}

const toReply = (
  answer: Answered | Rejected,
  asked: Publication['properties'],
): Omit<Publication, 'queue'> =>
  answer.state === 'answered'
    ? {
        content: answer.value,
        properties: { ...asked, contentType: 'application/json', headers: answer.headers },
      }
    : {
        content: Buffer.from(answer.problem),
        properties: { ...asked, contentType: 'application/problem+json' },
      }

/** amqplib takes 64 KiB of headers; what says why is always among them. */
const MAX_HEADERS_BYTES = 32 * 1024

function toFitting(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (Buffer.byteLength(JSON.stringify(headers)) <= MAX_HEADERS_BYTES) return headers
  return toReasonHeaders(headers)
}

/** With its connection it was given back already. */
function giveBack(delivery: ConsumeMessage, channel: ConfirmChannel): void {
  try {
    channel.nack(delivery)
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'IllegalOperationError') throw error
  }
}
