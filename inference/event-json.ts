import { PhotoError } from './errors'
import { tooLarge } from './photo-header'

/** An event that came as JSON. */
export interface JsonEvent {
  /** All that is text or a number, as text. */
  readonly attributes: Readonly<Record<string, string>>
  readonly photo: Uint8Array
}

/** What an event may have beside its photo. */
const MAX_ATTRIBUTES_BYTES = 64 * 1024

/**
 * Reads a CloudEvent in JSON, whose photo is in `data_base64`.
 *
 * @param maxBytes largest photo
 * @throws PhotoError PHOTO_TOO_LARGE before it is parsed; INVALID_MESSAGE for what is no such JSON
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
 */
export function readEventJson(value: Uint8Array, maxBytes: number): JsonEvent {
  if (value.byteLength > Math.ceil(maxBytes / 3) * 4 + MAX_ATTRIBUTES_BYTES)
    throw tooLarge(maxBytes)
  const event = parse(value)
  const { data_base64: base64 } = event
  if (typeof base64 !== 'string') {
    const said = 'data' in event ? 'it has data: binary data goes there' : 'it has none'
    throw new PhotoError('INVALID_MESSAGE', `the event needs the photo in data_base64, ${said}`)
  }
  return { attributes: toAttributes(event), photo: decode(base64) }
}

function parse(value: Uint8Array): Readonly<Record<string, unknown>> {
  let event: unknown
  try {
    event = JSON.parse(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString())
  } catch (cause) {
    throw new PhotoError('INVALID_MESSAGE', 'the event is not JSON', { cause })
  }
  if (typeof event === 'object' && event !== null && !Array.isArray(event)) return { ...event }
  throw new PhotoError('INVALID_MESSAGE', 'the event is not a JSON object')
}

const toAttributes = (event: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(event).flatMap(([name, value]): [string, string][] => {
      if (name === 'data' || name === 'data_base64') return []
      return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? [[name, String(value)]]
        : []
    }),
  )

/** Node takes whatever looks like base64 and leaves out the rest, so a damaged photo would be told as another. */
function decode(base64: string): Uint8Array {
  const photo = Buffer.from(base64, 'base64')
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0
  if (base64.length % 4 === 0 && photo.byteLength === (base64.length / 4) * 3 - padding)
    return photo
  throw new PhotoError('INVALID_MESSAGE', 'data_base64 is not base64 (RFC 4648, section 4)')
}
