import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRecord } from './fake-record'
import type { FakeRecord } from './fake-record'

/** What a fake target does to a request instead of answering it. */
export type Fault = keyof typeof FAULTS

/** How a fake target answers `POST /classify`. Times are ms. */
export interface FakeBehaviour {
  /** How long it takes to answer. */
  readonly delay?: number
  /** It takes up to so much longer, by the photo. */
  readonly spread?: number
  /** Only every other so many requests take that long, the others no time. */
  readonly turns?: number
  /** Instead of an answer, to the requests that `meets` says. */
  readonly fault?: Fault
  /** Every n-th request has the fault; 1: all. */
  readonly every?: number
  /** So many requests are answered well before. */
  readonly after?: number
  /** How long it takes to the fault. */
  readonly faultDelay?: number
  /** With the times of `toDurations`. */
  readonly serverTiming?: boolean
  /** Whether it has a page of metrics. */
  readonly metrics?: boolean
}

/** A server with known answers, which keeps what it did. */
export interface FakeServer {
  readonly baseUrl: string
  readonly record: FakeRecord
  /** From now on it behaves like this. */
  behave(behaviour: FakeBehaviour): void
  /** Connections are ended, and new ones refused. */
  close(): Promise<void>
}

const LABELS = ['drink', 'food', 'inside', 'menu', 'outside']

/** The one right answer to a photo; two photos with different bytes have different ones. */
export function toFakeAnswer(photo: Uint8Array): {
  readonly label: string
  readonly probabilities: Readonly<Record<string, number>>
} {
  const hash = createHash('sha256').update(photo).digest()
  const label = LABELS[(hash[0] ?? 0) % LABELS.length] ?? ''
  const probability = 0.5 + hash.readUInt16BE(1) / 2 ** 17
  const rest = (1 - probability) / (LABELS.length - 1)
  const probabilities = Object.fromEntries(
    LABELS.map((name) => [name, name === label ? probability : rest]),
  )
  return { label, probabilities }
}

/** A number from 0 to 1 that belongs to the photo. */
const toShare = (photo: Uint8Array): number =>
  createHash('sha256').update(photo).digest().readUInt16BE(12) / 2 ** 16

/** What Server-Timing says of a photo: made up, and different for different photos. */
export function toDurations(photo: Uint8Array): Readonly<Record<string, number>> {
  const number = createHash('sha256').update(photo).digest().readUInt32BE(8) / 1000
  return { queue: number + 0.125, decode: number + 0.25, predict: number + 0.5, total: number }
}

/** Starts a fake target in this process on a free port of 127.0.0.1. */
export async function createFakeServer(first: FakeBehaviour = {}): Promise<FakeServer> {
  let behaviour = first
  const record = createRecord()
  const server = createServer({ keepAlive: true, noDelay: true }, (request, response) => {
    if (request.method !== 'POST' || request.url?.endsWith('/classify') !== true) {
      answerOther(request, response, behaviour)
      return
    }
    record.atOnce += 1
    record.mostAtOnce = Math.max(record.mostAtOnce, record.atOnce)
    response.once('close', () => (record.atOnce -= 1))
    void answer(request, response, behaviour, record)
  })
  server.keepAliveTimeout = 0
  server.on('connection', (socket) => {
    record.connections += 1
    record.open += 1
    socket.once('close', () => (record.open -= 1))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    record,
    behave(next) {
      behaviour = next
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

function answerOther(
  { url }: IncomingMessage,
  response: ServerResponse,
  { metrics = false }: FakeBehaviour,
): void {
  if (url?.endsWith('/healthz') === true) response.end('ok')
  else if (url?.endsWith('/metrics') === true && metrics) {
    const seconds = process.cpuUsage().user / 1e6
    const resident = process.memoryUsage.rss()
    response.end(
      `process_cpu_seconds_total ${seconds}\nprocess_resident_memory_bytes ${resident}\n`,
    )
  } else response.writeHead(404).end()
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  behaviour: FakeBehaviour,
  record: FakeRecord,
): Promise<void> {
  const { fault, every = 1, after = 0, faultDelay = 0 } = behaviour
  const startedAt = performance.now()
  record.contentTypes.push(request.headers['content-type'] ?? '')
  const number = ++record.requests
  const place = number - after
  const isFault = fault !== undefined && place > 0 && place % every === 0
  if (isFault) record.faults += 1
  const photo = await readAll(request).catch(() => undefined)
  if (photo === undefined) return
  const pause = isFault ? faultDelay : toPause(behaviour, photo, number)
  if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause))
  response.on('finish', () => {
    record.answers += 1
    if (!isFault) record.durations.push(performance.now() - startedAt)
  })
  if (isFault) FAULTS[fault](response, photo)
  else answerRight(response, photo, behaviour)
}

/** @param number of the request, from 1 */
function toPause(
  { delay = 0, spread = 0, turns }: FakeBehaviour,
  photo: Buffer,
  number: number,
): number {
  const isSlow = turns === undefined || Math.floor((number - 1) / turns) % 2 === 1
  return isSlow ? delay + spread * toShare(photo) : 0
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function answerRight(
  response: ServerResponse,
  photo: Buffer,
  { serverTiming = false }: FakeBehaviour,
): void {
  if (serverTiming) {
    const durations = Object.entries(toDurations(photo))
    const members = durations.map(([name, duration]) => `${name};dur=${duration.toFixed(3)}`)
    response.setHeader('server-timing', members.join(', '))
  }
  send(response, toBody(toFakeAnswer(photo)))
}

const MODEL = { name: 'fake', sha256: 'f'.repeat(64) }

const toBody = (prediction: object): string => JSON.stringify({ ...prediction, model: MODEL })

function send(response: ServerResponse, body: string, type = 'application/json'): void {
  response.setHeader('content-type', type)
  response.setHeader('content-length', Buffer.byteLength(body))
  response.end(body)
}

/** A prediction with something changed. */
function change(
  photo: Buffer,
  toChanged: (label: string, probability: number) => { label?: string; probability?: number },
): string {
  const { label, probabilities } = toFakeAnswer(photo)
  const changed = toChanged(label, probabilities[label] ?? 0)
  const probability = changed.probability ?? probabilities[label] ?? 0
  return toBody({
    label: changed.label ?? label,
    probabilities: { ...probabilities, [label]: probability },
  })
}

const FAULTS = {
  /** An error as servers of ours answer it. */
  'status 500': (response: ServerResponse) => {
    response.statusCode = 500
    send(response, '{"code":"INTERNAL"}', 'application/problem+json')
  },
  'overloaded 503': (response: ServerResponse) => {
    response.statusCode = 503
    send(response, '{"code":"OVERLOADED"}', 'application/problem+json')
  },
  /** A proxy's error page. */
  'HTML page': (response: ServerResponse) => {
    send(response, '<html><h1>It works!</h1></html>', 'text/html')
  },
  'other label': (response: ServerResponse, photo: Buffer) => {
    send(
      response,
      change(photo, (label) => ({ label: LABELS.find((other) => other !== label) ?? '' })),
    )
  },
  'probability off by 0.01': (response: ServerResponse, photo: Buffer) => {
    send(
      response,
      change(photo, (_, probability) => ({ probability: probability - 0.01 })),
    )
  },
  'truncated JSON': (response: ServerResponse, photo: Buffer) => {
    send(response, toBody(toFakeAnswer(photo)).slice(0, -20))
  },
  /** A FIN instead of an answer. */
  'closed connection': (response: ServerResponse) => {
    response.socket?.end()
  },
  /** A RST instead of an answer. */
  'reset connection': (response: ServerResponse) => {
    response.socket?.resetAndDestroy()
  },
  /** A FIN in the middle of an answer. */
  'half an answer': (response: ServerResponse, photo: Buffer) => {
    const body = toBody(toFakeAnswer(photo))
    response.setHeader('content-length', Buffer.byteLength(body))
    response.write(body.slice(0, 40), () => response.socket?.end())
  },
  /** No answer at all. */
  hang: () => undefined,
  /** The beginning of an answer, and then nothing. */
  'hang in the middle': (response: ServerResponse, photo: Buffer) => {
    const body = toBody(toFakeAnswer(photo))
    response.setHeader('content-length', Buffer.byteLength(body))
    response.write(body.slice(0, 40))
  },
  /** What HTTP/1.0 servers do: an answer, after which the connection is closed. */
  'answer and close': (response: ServerResponse, photo: Buffer) => {
    response.setHeader('connection', 'close')
    send(response, toBody(toFakeAnswer(photo)))
  },
  /** Whose length nobody knows before its end, and which comes in pieces. */
  'answer in chunks': (response: ServerResponse, photo: Buffer) => {
    const body = toBody(toFakeAnswer(photo))
    response.write(body.slice(0, 30), () => response.end(body.slice(30)))
  },
  /** As HTTP/1.0 allows: the answer ends with the connection. */
  'answer without length': (response: ServerResponse, photo: Buffer) => {
    response.socket?.end(`HTTP/1.0 200 OK\r\n\r\n${toBody(toFakeAnswer(photo))}`)
  },
  'endless answer': (response: ServerResponse) => {
    const more = (error?: Error | null): void => {
      if (error == null) response.write('x'.repeat(100_000), more)
    }
    more()
  },
  /** Not HTTP. */
  'not HTTP': (response: ServerResponse) => {
    response.socket?.write('What?\r\n\r\n')
  },
} as const satisfies Record<string, (response: ServerResponse, photo: Buffer) => unknown>
