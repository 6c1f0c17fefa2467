import type { PhotoMessage } from '../inference'
import type { ConsumeMessage } from './amqp'

/** A photo as it came from a queue. */
export interface RpcDelivery {
  readonly message: PhotoMessage
  /** Queue that waits for the answer. */
  readonly replyTo: string | undefined
  readonly correlationId: string | undefined
  /** After so many ms nobody waits for an answer any more; undefined: it is not told. */
  readonly expiresMs: number | undefined
}

/** Longest time that timers know, 24 days. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** Reads a delivery from the queue of a model; what is of another type than it should be counts as not there. */
export function readDelivery({ content, properties }: ConsumeMessage, model: string): RpcDelivery {
  const correlationId = toText(properties.correlationId)
  const contentType = toText(properties.contentType)
  const headers = Object.entries(properties.headers ?? {}).flatMap(
    ([name, value]): [string, string][] => (typeof value === 'string' ? [[name, value]] : []),
  )
  return {
    message: {
      key: toText(properties.messageId) ?? correlationId,
      headers: {
        ...Object.fromEntries(headers),
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
        // The queue says which.
        ce_model: model,
      },
      value: content,
    },
    replyTo: toText(properties.replyTo),
    correlationId,
    expiresMs: toMs(toText(properties.expiration)),
  }
}

const toText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

function toMs(expiration: string | undefined): number | undefined {
  const ms = Number(expiration)
  return Number.isInteger(ms) && ms >= 0 && ms <= MAX_TIMER_MS ? ms : undefined
}
