import { PhotoError } from './errors'
import type { ErrorCode } from './errors'
import type { ClassifyOptions } from './job'
import { readMessage } from './photo-event'
import type { MessageIdentity, PhotoEvent, PhotoMessage, ReadMessage } from './photo-event'
import { requireLength, requirePhotoType } from './photo-type'
import type { Classification } from './prediction'
import { toProblemDetails } from './problem'
import type { ResponseOutcome } from './respond'
import { toServerTiming } from './server-timing'
import { createChoose } from './served-models'
import type { Choice, ServedModel } from './served-models'

/** What is to be sent for a message. */
interface Outgoing {
  /** The photo's id. */
  readonly id: string
  readonly key: string
  readonly headers: Readonly<Record<string, string>>
  readonly value: Uint8Array
  /** For log and metrics. */
  readonly outcome: ResponseOutcome
}

/**
 * The photo was classified; for `predictions`. The value is the same however often the photo is classified by one
 * model, and so is the id: who reads a second one may drop it. Times are in a header.
 */
export interface Answered extends Outgoing {
  readonly state: 'answered'
}

/**
 * The photo cannot be classified; for `rejected-photos`: the message as it came, with headers that say why. Copied to
 * the topic it came from it is tried again.
 */
export interface Rejected extends Outgoing {
  readonly state: 'rejected'
  readonly code: ErrorCode
  /** Problem details (RFC 9457) in JSON, for who waits for an answer. */
  readonly problem: string
}

/** Not now: the message is to be tried again, it may be fine. */
export interface Postponed {
  readonly state: 'postponed'
  readonly code: ErrorCode
  readonly retryAfterMs: number
  /** What to send where it is not to be tried again. */
  readonly rejected: Rejected
}

export type MessageAnswer = Answered | Rejected | Postponed

/**
 * The one meaning of a message, the same for every broker.
 *
 * @param signal gives up waiting for the photo; the promise is then rejected, and nothing became of the message
 */
export type Consume = (message: PhotoMessage, signal?: AbortSignal) => Promise<MessageAnswer>

interface ConsumeOptions {
  readonly classify: (photo: Uint8Array, options: ClassifyOptions) => Promise<Classification>
  /** The first answers a message that names none. */
  readonly models: readonly ServedModel[]
  readonly maxBytes: number
}

/** What passes by itself: a full queue, and a photo that others kept waiting. */
const PASSING: readonly ErrorCode[] = ['OVERLOADED', 'TIMED_OUT']
const RETRY_MS = 1000

/** Makes the function that answers messages. */
export function createConsume({ classify, models, maxBytes }: ConsumeOptions): Consume {
  const choose = createChoose(models)
  return async (message, signal) => {
    const read = readMessage(message, maxBytes)
    let choice: Choice | undefined
    try {
      const event = toEvent(read, maxBytes)
      choice = choose(event.query)
      return toAnswered(read, choice, await classify(event.photo, toOptions(choice, signal)))
    } catch (error) {
      if (signal?.aborted === true) throw error
      return toRefusal(toRejected(message, read, { error, model: choice?.name }), error)
    }
  }
}

/** What is sent for a message that is not to be classified for a reason that its broker knows. */
export const toRejection = (message: PhotoMessage, error: PhotoError): Rejected =>
  toRejected(message, readMessage(message, Infinity), { error, model: undefined })

/** @throws PhotoError what is wrong with the message, before its photo is looked at */
function toEvent(read: ReadMessage, maxBytes: number): PhotoEvent {
  if (read.state === 'failed') throw read.error
  requirePhotoType(read.event.mediaType)
  if (read.event.photo.byteLength === 0) {
    throw new PhotoError('EMPTY_PHOTO', 'the message has no photo')
  }
  requireLength(read.event.photo, maxBytes)
  return read.event
}

const toOptions = ({ model, top }: Choice, signal: AbortSignal | undefined): ClassifyOptions => ({
  model,
  ...(top === undefined ? {} : { top }),
  ...(signal === undefined ? {} : { signal }),
})

function toAnswered(
  { id, key, correlation }: MessageIdentity,
  { name, sha256 }: Choice,
  { prediction, timings }: Classification,
): Answered {
  const body = JSON.stringify({ id, ...prediction, model: { name, sha256 } })
  return {
    state: 'answered',
    id,
    key,
    headers: {
      ...correlation,
      'content-type': 'application/json',
      ce_specversion: '1.0',
      ce_id: id,
      ce_source: `/photo-twin/models/${name}`,
      ce_type: 'photo-twin.prediction',
      ce_servertiming: toServerTiming(timings),
    },
    value: Buffer.from(body),
    outcome: { state: 'completed', model: name, label: prediction.label, timings },
  }
}

function toRejected(
  { headers, value }: PhotoMessage,
  { id, key }: MessageIdentity,
  { error, model }: { readonly error: unknown; readonly model: string | undefined },
): Rejected {
  const problem = toProblemDetails(error)
  const { code, detail } = problem
  return {
    state: 'rejected',
    code,
    id,
    key,
    headers: { ...headers, 'rejected-id': id, 'rejected-code': code, 'rejected-reason': detail },
    value,
    problem: JSON.stringify(problem),
    outcome: { state: 'failed', model, code, error },
  }
}

function toRefusal(rejected: Rejected, error: unknown): Rejected | Postponed {
  const { code } = rejected
  if (!PASSING.includes(code)) return rejected
  const seconds = error instanceof PhotoError ? error.retryAfterSeconds : undefined
  const retryAfterMs = seconds === undefined ? RETRY_MS : seconds * 1000
  return { state: 'postponed', code, retryAfterMs, rejected }
}
