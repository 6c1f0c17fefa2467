import { connect } from 'node:net'
import { once } from 'node:events'

interface BareOptions {
  readonly concurrency: number
  /** Of each connection. */
  readonly requests: number
}

/**
 * The response times (ms) of a closed loop that does as good as nothing: it takes the first bytes for the answer. What it
 * sees beyond the server's own times is what the system takes to hand bytes over and to wake who waits for them.
 */
export async function askBarely(baseUrl: string, options: BareOptions): Promise<number[]> {
  const port = Number(new URL(baseUrl).port)
  const connections = Array.from({ length: options.concurrency }, () =>
    askOnOne(port, options.requests),
  )
  return (await Promise.all(connections)).flat()
}

async function askOnOne(port: number, requests: number): Promise<number[]> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  const times: number[] = []
  while (times.length < requests) {
    const startedAt = performance.now()
    socket.write('POST /classify HTTP/1.1\r\ncontent-length: 5\r\n\r\nphoto')
    await once(socket, 'data')
    times.push(performance.now() - startedAt)
  }
  socket.destroy()
  return times
}
