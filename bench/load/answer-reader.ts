import type { Reply } from './ask-one'
import { MAX_BODY_BYTES, toTooLong } from './read-body'

/** Reads one HTTP/1.1 answer from the bytes of its connection. */
export interface AnswerReader {
  /**
   * Takes the next bytes, which are copied.
   *
   * @returns the answer, once all of it is there
   * @throws Error if it is no HTTP answer, or larger than any of the wire format
   */
  push(bytes: Uint8Array): Reply | undefined
  /**
   * The connection was closed.
   *
   * @returns the answer, if its end is the connection's
   * @throws Error if it was cut short
   */
  end(): Reply
}

const MAX_HEAD_BYTES = 65_536
const STATUS_LINE = /^HTTP\/1\.[01] (\d{3})(?: |$)/
const CUT_SHORT = 'the connection was closed'

interface Head {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  /** Where the body begins. */
  readonly length: number
}

/** What one POST is answered; RFC 9112, without what nobody sends who was asked to close the connection: trailers are ignored. */
export function createAnswerReader(): AnswerReader {
  let received: Buffer = Buffer.alloc(0)
  let head: Head | undefined

  function toReply(body: string): Reply {
    return { status: head?.status ?? 0, body, serverTiming: head?.headers.get('server-timing') }
  }

  return {
    push(bytes) {
      received = received.length === 0 ? Buffer.from(bytes) : Buffer.concat([received, bytes])
      while (head === undefined) {
        const next = readHead(received)
        if (next === undefined) return undefined
        // 100 and the like come before the answer.
        if (next.status < 200) received = received.subarray(next.length)
        else head = next
      }
      const body = readBody(head, received.subarray(head.length))
      return body === undefined ? undefined : toReply(body)
    },
    end() {
      if (head === undefined || !endsWithConnection(head)) throw new Error(CUT_SHORT)
      return toReply(received.subarray(head.length).toString('utf8'))
    },
  }
}

function readHead(bytes: Buffer): Head | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) {
    if (bytes.length > MAX_HEAD_BYTES) throw new Error('the answer has no end of its headers')
    return undefined
  }
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n')
  const status = STATUS_LINE.exec(first)?.[1]
  if (status === undefined) throw new Error(`no HTTP answer: ${first.slice(0, 80)}`)
  const headers = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    const before = headers.get(name)
    headers.set(name, before === undefined ? value : `${before}, ${value}`)
  }
  return { status: Number(status), headers, length: end + 4 }
}

const isChunked = ({ headers }: Head): boolean =>
  headers.get('transfer-encoding')?.toLowerCase().endsWith('chunked') ?? false

const endsWithConnection = (head: Head): boolean =>
  !isChunked(head) && !head.headers.has('content-length')

/** Undefined: there is more to come. */
function readBody(head: Head, bytes: Buffer): string | undefined {
  const length = Number(head.headers.get('content-length') ?? 0)
  if (Math.max(length, bytes.length) > MAX_BODY_BYTES) throw toTooLong()
  if (isChunked(head)) return readChunks(bytes)
  if (endsWithConnection(head) && head.status !== 204 && head.status !== 304) return undefined
  return bytes.length < length ? undefined : bytes.toString('utf8', 0, length)
}

function readChunks(bytes: Buffer): string | undefined {
  const chunks: Buffer[] = []
  for (let at = 0; ;) {
    const end = bytes.indexOf('\r\n', at)
    if (end === -1) return undefined
    const size = Number.parseInt(bytes.toString('latin1', at, end), 16)
    if (!(size >= 0)) throw new Error('the answer has a chunk without a size')
    if (size === 0) return Buffer.concat(chunks).toString('utf8')
    const next = end + 2 + size + 2
    if (bytes.length < next) return undefined
    chunks.push(bytes.subarray(end + 2, end + 2 + size))
    at = next
  }
}
