import { connect, isIP } from 'node:net'
import type { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { createAnswerReader } from './answer-reader'
import type { Reply } from './ask-one'
import type { Body } from './load'

/** An answer, and when its last bytes had come, by performance.now(): not when they had been read, and the connection closed. */
export interface Posted {
  readonly reply: Reply
  readonly answeredAt: number
}

/** Posts photos to one address. */
export interface Poster {
  /**
   * On a connection of its own that is opened for it and closed after.
   *
   * @throws LateError, the error of the network, or one that says that the trial was given up
   */
  post(photo: Body): Promise<Posted>
  /** No more is posted; what is on its way is given up. */
  close(): void
}

/** No answer came in time. */
export class LateError extends Error {
  override readonly name = 'LateError'
}

const GIVEN_UP = 'given up with the rest of the trial'
const READ_BYTES = 65_536

interface PosterOptions {
  readonly url: string
  /** How long one request may take, ms. */
  readonly timeLimit: number
  readonly signal: AbortSignal
}

/** Opens a connection, and hands on what comes; the bytes are another's after the call. */
type Open = (onBytes: (bytes: Uint8Array) => void) => Socket

/**
 * Posts many photos for less than Node's HTTP client, whose objects cost much CPU time and garbage where each request has a
 * connection of its own: a request is one write of bytes that are made once a photo, and an answer is read from its
 * connection.
 */
export function createPoster({ url, timeLimit, signal }: PosterOptions): Poster {
  const address = new URL(url)
  const open = toOpen(address)
  const requests = new Map<Body, Buffer>()
  const onTheirWay = new Set<(reason: Error) => void>()
  const giveUp = (): void => {
    for (const fail of [...onTheirWay]) fail(new Error(GIVEN_UP))
  }
  signal.addEventListener('abort', giveUp)

  function toBytes(photo: Body): Buffer {
    const known = requests.get(photo)
    if (known !== undefined) return known
    const bytes = toRequest(address, photo)
    requests.set(photo, bytes)
    return bytes
  }

  return {
    post(photo) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) {
          reject(new Error(GIVEN_UP))
          return
        }
        const reader = createAnswerReader()
        const settle = (): void => {
          clearTimeout(timer)
          onTheirWay.delete(fail)
          socket.destroy()
        }
        const fail = (reason: Error): void => {
          settle()
          reject(reason)
        }
        /** What the reader finds wrong fails the request. */
        const read = (next: () => Reply | undefined): void => {
          const answeredAt = performance.now()
          try {
            const reply = next()
            if (reply === undefined) return
            settle()
            resolve({ reply, answeredAt })
          } catch (error) {
            fail(error as Error)
          }
        }
        const socket = open((bytes) => {
          read(() => reader.push(bytes))
        })
        const timer = setTimeout(() => {
          fail(new LateError('request timed out'))
        }, timeLimit)
        onTheirWay.add(fail)
        socket.on('error', fail).on('end', () => {
          read(() => reader.end())
        })
        socket.write(toBytes(photo))
      })
    },
    close() {
      signal.removeEventListener('abort', giveUp)
      giveUp()
    },
  }
}

function toOpen({ protocol, hostname, port }: URL): Open {
  // Of IPv6 a URL has its brackets.
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  if (protocol === 'https:') {
    const servername = isIP(host) === 0 ? { servername: host } : {}
    return (onBytes) =>
      connectTls({ host, port: Number(port || 443), ...servername }).on('data', onBytes)
  }
  // One for all: what is read is handed on before anything else is.
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES)
  return (onBytes) => {
    const callback = (count: number): boolean => {
      onBytes(buffer.subarray(0, count))
      return true
    }
    const onread = { buffer, callback }
    return connect({ host, port: Number(port || 80), noDelay: true, onread })
  }
}

function toRequest({ host, pathname, search }: URL, { bytes, contentType }: Body): Buffer {
  const head = [
    `POST ${pathname}${search} HTTP/1.1`,
    `host: ${host}`,
    `content-type: ${contentType}`,
    `content-length: ${bytes.byteLength}`,
    'connection: close',
  ]
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), bytes])
}
