import { Agent as HttpAgent, request as requestHttp } from 'node:http'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { urlToHttpOptions } from 'node:url'
import type { Reply } from './ask-one'
import type { Body } from './load'
import { readBody } from './read-body'

/** Posts photos to one address. */
export interface Poster {
  /**
   * On a connection of its own that is opened for it and closed after.
   *
   * @throws LateError, the error of the network, or one that says that the trial was given up
   */
  post(photo: Body): Promise<Reply>
  /** No more is posted; what is on its way is given up. */
  close(): void
}

/** No answer came in time. */
export class LateError extends Error {
  override readonly name = 'LateError'
}

const GIVEN_UP = 'given up with the rest of the trial'

interface PosterOptions {
  readonly url: string
  /** How long one request may take, ms. */
  readonly timeLimit: number
  readonly signal: AbortSignal
}

/**
 * Posts many photos for less: an agent, two signals and an address that is read, for each request anew, are work and garbage
 * that a load generator has no time for. Here all share them.
 */
export function createPoster({ url, timeLimit, signal }: PosterOptions): Poster {
  const isHttps = url.startsWith('https:')
  const settings = { keepAlive: false, maxSockets: Infinity }
  const agent = isHttps ? new HttpsAgent(settings) : new HttpAgent(settings)
  const address = { ...urlToHttpOptions(new URL(url)), agent, method: 'POST' }
  const send = isHttps ? requestHttps : requestHttp
  const onTheirWay = new Set<(reason: Error) => void>()
  const giveUp = (): void => {
    for (const fail of [...onTheirWay]) fail(new Error(GIVEN_UP))
  }
  signal.addEventListener('abort', giveUp)
  return {
    post({ bytes, contentType }) {
      const headers = { 'content-type': contentType, 'content-length': bytes.byteLength }
      return new Promise((resolve, reject) => {
        if (signal.aborted) {
          reject(new Error(GIVEN_UP))
          return
        }
        const request: ClientRequest = send({ ...address, headers })
        const settle = (): void => {
          clearTimeout(timer)
          onTheirWay.delete(fail)
        }
        const fail = (reason: Error): void => {
          settle()
          reject(reason)
          request.destroy()
        }
        const timer = setTimeout(() => {
          fail(new LateError('request timed out'))
        }, timeLimit)
        onTheirWay.add(fail)
        request.on('error', fail).on('response', (response: IncomingMessage) => {
          toReply(response).then((reply) => {
            settle()
            resolve(reply)
          }, fail)
        })
        request.end(bytes)
      })
    },
    close() {
      signal.removeEventListener('abort', giveUp)
      agent.destroy()
    },
  }
}

/** Of a response, as soon as all of it is there. */
export async function toReply(response: IncomingMessage): Promise<Reply> {
  const timing = response.headers['server-timing']
  return {
    status: response.statusCode ?? 0,
    body: await readBody(response),
    serverTiming: Array.isArray(timing) ? timing.join(', ') : timing,
  }
}
