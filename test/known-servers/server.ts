import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { toFakeAnswer } from '../helpers/fake-target'
import { toDue } from './behaviour'
import type { Behaviour } from './behaviour'

/** What the server did to one request; times are ms since the first request had arrived completely. */
export interface LedgerRow {
  /** The photo's first bytes as text, which tell one from another. */
  readonly photo: string
  readonly arrivedAt: number
  /** When it was to be answered. */
  readonly dueAt: number
  /** When the answer began to be handed to the system; null: whoever asked had gone. */
  readonly answeredAt: number | null
}

/** A server that does what it is to do, and keeps what it did. */
export interface KnownServer {
  readonly baseUrl: string
  readonly ledger: readonly LedgerRow[]
  /** Empties the ledger: the next request is the first. */
  begin(): void
}

interface Pending {
  readonly socket: Socket
  readonly answer: string
  readonly isLast: boolean
  readonly row: { -readonly [Name in keyof LedgerRow]: LedgerRow[Name] }
}

/** A timer of Node.js may be so much late, ms: for the rest the server looks at the clock, and at nothing else. */
const TIMER_SLACK = 2
const NAME_BYTES = 32

/**
 * Starts it on a free port of 127.0.0.1. Neither node:http nor a timer is in the times: requests are read off the socket,
 * and what is about to be due is looked at all the time.
 */
export async function createKnownServer(behaviour: Behaviour): Promise<KnownServer> {
  const ledger: LedgerRow[] = []
  let epoch = 0
  const nearlyDue = new Set<Pending>()
  const now = (): number => performance.now() - epoch
  function watch(): void {
    for (const pending of nearlyDue) {
      if (pending.row.dueAt > now()) continue
      nearlyDue.delete(pending)
      reply(pending)
    }
    if (nearlyDue.size > 0) setImmediate(watch)
  }
  function reply({ socket, answer, isLast, row }: Pending): void {
    if (socket.destroyed) return
    // Before: whoever asked may have the answer before this goes on.
    row.answeredAt = now()
    if (isLast) socket.end(answer)
    else socket.write(answer)
  }
  function take(socket: Socket, { body, isLast, readAt }: Received): void {
    if (ledger.length === 0) epoch = readAt
    const arrivedAt = readAt - epoch
    const photo = body.toString('latin1', 0, NAME_BYTES)
    const dueAt = toDue(behaviour, { number: ledger.length + 1, arrivedAt })
    const row = { photo, arrivedAt, dueAt, answeredAt: null }
    ledger.push(row)
    const pending = { socket, answer: toAnswer(body, isLast), isLast, row }
    const early = dueAt - now()
    if (early <= 0) reply(pending)
    else if (early > TIMER_SLACK) setTimeout(approach, early - TIMER_SLACK, pending)
    else approach(pending)
  }
  function approach(pending: Pending): void {
    nearlyDue.add(pending)
    if (nearlyDue.size === 1) setImmediate(watch)
  }
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => undefined)
    readRequests(socket, (received) => {
      take(socket, received)
    })
  })
  await new Promise<void>((resolve) => {
    server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    ledger,
    begin: () => ledger.splice(0),
  }
}

/** Of a wire answer that is right for the photo. */
function toAnswer(photo: Buffer, isLast: boolean): string {
  const content = JSON.stringify(toFakeAnswer(photo))
  const ending = isLast ? 'connection: close\r\n' : ''
  return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${content.length}\r\n${ending}\r\n${content}`
}

interface Received {
  readonly body: Buffer
  /** Of its connection. */
  readonly isLast: boolean
  /** When its last bytes were read, by performance.now(). */
  readonly readAt: number
}

/** One after the other: nobody here sends the next before the last was answered. */
function readRequests(socket: Socket, onRequest: (received: Received) => void): void {
  let chunks: Buffer[] = []
  let length = 0
  let missing = Infinity
  let isLast = false
  socket.on('data', (bytes) => {
    const readAt = performance.now()
    chunks.push(bytes)
    length += bytes.length
    if (missing === Infinity) {
      const head = toHead(Buffer.concat(chunks))
      if (head === undefined) return
      ;({ isLast, missing } = head)
    }
    if (length < missing) return
    const whole = Buffer.concat(chunks)
    const body = whole.subarray(whole.indexOf(END) + END.length)
    chunks = []
    length = 0
    missing = Infinity
    onRequest({ body, isLast, readAt })
  })
}

const END = '\r\n\r\n'

/** How long the request is with its body, bytes, and whether its connection is to be closed; undefined: not there yet. */
function toHead(request: Buffer): { missing: number; isLast: boolean } | undefined {
  const end = request.indexOf(END)
  if (end === -1) return undefined
  const head = request.toString('latin1', 0, end)
  const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0)
  return { missing: end + END.length + length, isLast: /^connection: *close/im.test(head) }
}
