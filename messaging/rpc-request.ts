import { randomUUID } from 'node:crypto'
import type { Publication } from './publish'
import { RpcError } from './rpc-error'
import { toQueue } from './rpc-queues'
import { readReply } from './rpc-reply'
import type { RpcPrediction } from './rpc-reply'

/** What may be asked of one photo. */
export interface RpcOptions {
  /** Name of the model, whose queue the photo waits in. */
  readonly model: string
  /** Names the photo in its answer and among the rejected; a new one unless it is given. */
  readonly id?: string
  /** Media type of the photo. */
  readonly contentType?: string
  /** How long the answer is waited for, ms; the photo is not classified after that. */
  readonly timeoutMs?: number
  /** Gives up waiting. */
  readonly signal?: AbortSignal
}

/** A photo whose answer is waited for. */
export interface RpcRequest {
  readonly correlationId: string
  readonly model: string
  /** Settled by the first reply, failure, time-out or abort; whatever comes later means nothing. */
  readonly answer: Promise<RpcPrediction>
  /** What is to be sent now, which expires when nobody waits any more. */
  toPublication(): Publication
  receive(content: Uint8Array): void
  fail(error: unknown): void
}

/** RabbitMQ's own queue for answers: it needs no declaration, and lives as long as the channel. */
export const REPLY_QUEUE = 'amq.rabbitmq.reply-to'
const TIMEOUT_MS = 10_000

/** Begins to wait for a photo's answer. */
export function openRequest(photo: Uint8Array, options: RpcOptions): RpcRequest {
  const { model, timeoutMs = TIMEOUT_MS, signal } = options
  const { id = randomUUID(), contentType = 'application/octet-stream' } = options
  const correlationId = randomUUID()
  const endsAt = performance.now() + timeoutMs
  let receive: (content: Uint8Array) => void = () => undefined
  let fail: (error: unknown) => void = () => undefined
  const answer = new Promise<RpcPrediction>((resolve, reject) => {
    receive = (content) => {
      try {
        resolve(readReply(content))
      } catch (error) {
        fail(error)
      }
    }
    fail = reject
  })
  const timer = setTimeout(() => {
    fail(new RpcError('TIMED_OUT', `no answer came within ${timeoutMs} ms`))
  }, timeoutMs)
  const abort = (): void => {
    fail(signal?.reason)
  }
  signal?.addEventListener('abort', abort, { once: true })
  const cleanUp = (): void => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
  answer.then(cleanUp, cleanUp)
  return {
    correlationId,
    model,
    answer,
    toPublication: () => ({
      queue: toQueue(model),
      content: photo,
      properties: {
        mandatory: true,
        correlationId,
        messageId: id,
        replyTo: REPLY_QUEUE,
        contentType,
        expiration: Math.max(1, Math.round(endsAt - performance.now())),
      },
    }),
    receive,
    fail,
  }
}
