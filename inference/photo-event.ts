import { createHash } from 'node:crypto'
import { readEventJson } from './event-json'
import { PhotoError } from './errors'
import type { Query } from './query'

/** A message as any broker can give it: a Kafka record, an AMQP delivery. */
export interface PhotoMessage {
  /** The record's key, or what else names the photo. */
  readonly key: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly value: Uint8Array
}

/** What a message asks for. */
export interface PhotoEvent {
  readonly photo: Uint8Array
  /** Media type that the message gives the photo, if it does. */
  readonly mediaType: string | undefined
  /** `model` and `top`. */
  readonly query: Query
}

/** What is known of a message before, and whether or not, its photo can be read. */
export interface MessageIdentity {
  /** The event's id, else the key, else `sha256:…` of the value, which equal photos share. */
  readonly id: string
  /** The message's, else the id: what is answered to it has the same. */
  readonly key: string
  /** Headers that the answer repeats: extension attributes and what else came along, `traceparent` for one. */
  readonly correlation: Readonly<Record<string, string>>
}

/** A message that was looked at: who it is, and what it asks for or what is wrong with it. */
export type ReadMessage = MessageIdentity &
  (
    | { readonly state: 'read'; readonly event: PhotoEvent }
    | { readonly state: 'failed'; readonly error: PhotoError }
  )

/** Attributes of CloudEvents 1.0 that are told of the photo, not of what it belongs to. */
const CORE = [
  ...['id', 'source', 'specversion', 'type', 'datacontenttype', 'dataschema', 'subject', 'time'],
  ...['data', 'data_base64'],
]
/** Extension attributes that ask for something, as the query of a request does. */
const ASKED = ['model', 'top']
const PREFIX = 'ce_'
/** Longer headers are not repeated, nor more of them: they are metadata, and the answer must stay small. */
const MAX_HEADER_BYTES = 1024
const MAX_HEADERS = 32
/** As AMQP has it for a message's id; Kafka's records would become too large by it. */
const MAX_NAME_BYTES = 255

type Attributes = Readonly<Record<string, string>>

/** A message's attributes, and where its photo is. */
interface Parsed {
  readonly attributes: Attributes
  readonly mediaType: string | undefined
  readonly photo: Uint8Array
}

/**
 * Reads a message in one of three forms: a CloudEvent in binary mode (headers `ce_…`, the photo is the value), one in
 * structured mode (JSON with `data_base64`, told by its content type or, where a trigger dropped the headers, by its
 * first byte), or a photo by itself.
 *
 * @param maxBytes largest photo; a longer value is not parsed
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md
 */
export function readMessage(message: PhotoMessage, maxBytes: number): ReadMessage {
  try {
    const parsed = parse(message, maxBytes)
    requireShortNames(message.key, parsed.attributes['id'])
    const identity = toIdentity(message, parsed.attributes)
    const { photo, mediaType, attributes } = parsed
    const query = Object.fromEntries(ASKED.map((name) => [name, attributes[name]]))
    return { ...identity, state: 'read', event: { photo, mediaType, query } }
  } catch (error) {
    if (!(error instanceof PhotoError)) throw error
    return { ...toIdentity(message, toAttributes(message.headers)), state: 'failed', error }
  }
}

function parse(message: PhotoMessage, maxBytes: number): Parsed {
  const { headers, value } = message
  const mediaType = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
  if (mediaType === 'application/cloudevents-batch+json') {
    throw new PhotoError(
      'INVALID_MESSAGE',
      'a batch of events is not accepted: send them one by one',
    )
  }
  if (mediaType?.startsWith('application/cloudevents') === true || looksLikeJson(message)) {
    const { attributes: told, photo } = readEventJson(value, maxBytes)
    // What a queue says of the model is said of whatever is in it.
    const model = headers[`${PREFIX}model`]
    const attributes = model === undefined ? told : { ...told, model }
    requireEvent(attributes)
    return { attributes, mediaType: attributes['datacontenttype']?.toLowerCase(), photo }
  }
  const attributes = toAttributes(headers)
  if (`${PREFIX}specversion` in headers || `${PREFIX}id` in headers) requireEvent(attributes)
  return { attributes, mediaType, photo: value }
}

/** No photo format begins so; a trigger that drops headers leaves nothing else to tell it by. */
const looksLikeJson = ({ headers, value }: PhotoMessage): boolean =>
  !(`${PREFIX}specversion` in headers || 'content-type' in headers) &&
  value[0] === '{'.charCodeAt(0)

/** @throws PhotoError INVALID_MESSAGE where what CloudEvents 1.0 requires is not there */
function requireEvent(attributes: Attributes): void {
  const missing = ['id', 'source', 'type'].find((name) => (attributes[name] ?? '') === '')
  if (missing !== undefined) {
    throw new PhotoError(
      'INVALID_MESSAGE',
      `the event has no ${missing}, CloudEvents 1.0 requires it`,
    )
  }
  if (attributes['specversion'] !== '1.0') {
    const said = attributes['specversion'] ?? 'not given'
    throw new PhotoError('INVALID_MESSAGE', `specversion must be 1.0, it is ${said.slice(0, 20)}`)
  }
}

/** @throws PhotoError INVALID_MESSAGE for a key or id that could not be repeated with the answer */
function requireShortNames(...names: readonly (string | undefined)[]): void {
  if (names.every((name) => name === undefined || !isTooLong(name))) return
  const reason = `the key and the id of an event must have at most ${MAX_NAME_BYTES} bytes`
  throw new PhotoError('INVALID_MESSAGE', reason)
}

/** Header names of CloudEvents are lower-case; one of another kind keeps its name. */
const toAttributes = (headers: Attributes): Attributes =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]): [string, string][] =>
      name.startsWith(PREFIX) ? [[name.slice(PREFIX.length), value]] : [],
    ),
  )

function toIdentity(
  { key, headers, value }: PhotoMessage,
  attributes: Attributes,
): MessageIdentity {
  const own = toName(key)
  const id = toName(attributes['id']) ?? own ?? toValueId(value)
  return { id, key: own ?? id, correlation: toCorrelation(headers, attributes) }
}

/** Undefined where it names nothing, or nothing that can be repeated. */
const toName = (text: string | undefined): string | undefined =>
  text === undefined || text === '' || isTooLong(text) ? undefined : text

const isTooLong = (text: string): boolean => Buffer.byteLength(text) > MAX_NAME_BYTES

const toValueId = (value: Uint8Array): string =>
  `sha256:${createHash('sha256').update(value).digest('hex')}`

function toCorrelation(headers: Attributes, attributes: Attributes): Attributes {
  const extensions = Object.entries(attributes)
    .filter(([name]) => !CORE.includes(name) && !ASKED.includes(name))
    .map(([name, value]) => [PREFIX + name, value] as const)
  const others = Object.entries(headers).filter(
    ([name]) =>
      !name.startsWith(PREFIX) && !name.startsWith('rejected-') && name !== 'content-type',
  )
  return Object.fromEntries(
    [...extensions, ...others]
      .filter(([name, value]) => !isTooLong(name) && Buffer.byteLength(value) <= MAX_HEADER_BYTES)
      .slice(0, MAX_HEADERS),
  )
}
