import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { createRecord } from './fake-record'
import type { FakeRecord } from './fake-record'
import { toFakeAnswer } from './fake-target'
import type { FakeServer } from './fake-target'
import { createRandom } from './random'

/** How much longer than asked an answer takes at most, ms. */
const SPREAD = 10
const random = createRandom(1)

/**
 * A server that does nothing but wait and times that as near to the wire as it can: node:http would add its own work to
 * what is compared. Answers take up to 10 ms longer than asked, at random: if all took the same time, the connections
 * would fall in step, and be answered all at once to be read one after the other.
 */
export async function createPacedServer(delay: number): Promise<FakeServer> {
  const record = createRecord()
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined)
    serve(socket, delay, record)
    record.connections += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    record,
    behave: () => undefined,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** Reads one request after the other: the closed loop sends none before the last was answered. */
function serve(socket: Socket, delay: number, record: FakeRecord): void {
  let received = Buffer.alloc(0)
  let startedAt = 0
  socket.on('data', (bytes) => {
    if (received.length === 0) startedAt = performance.now()
    received = Buffer.concat([received, bytes])
    const body = toBody(received)
    if (body === undefined) return
    received = Buffer.alloc(0)
    record.requests += 1
    record.atOnce += 1
    record.mostAtOnce = Math.max(record.mostAtOnce, record.atOnce)
    const content = JSON.stringify(toFakeAnswer(body))
    const head = `HTTP/1.1 200 OK\r\ncontent-length: ${content.length}\r\n\r\n`
    setTimeout(
      () => {
        socket.write(head + content)
        record.durations.push(performance.now() - startedAt)
        record.answers += 1
        record.atOnce -= 1
      },
      delay + random() * SPREAD,
    )
  })
}

/** The body of a complete request. */
function toBody(request: Buffer): Buffer | undefined {
  const end = request.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const length = Number(/content-length: (\d+)/i.exec(request.toString('latin1', 0, end))?.[1])
  const body = request.subarray(end + 4)
  return body.length < length ? undefined : body
}
