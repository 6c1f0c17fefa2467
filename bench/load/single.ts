import { Agent as HttpAgent, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { askOne, toLoad } from './ask-one'
import type { Reply } from './ask-one'
import { toClassifyUrl } from './load'
import type { Answer, Body, Failure, Load, LoadOptions } from './load'
import { readBody } from './read-body'

/** `concurrency` requests at the same moment, each on a connection of its own that is opened for it and closed after. */
export async function sendGroup(options: LoadOptions): Promise<Load> {
  const startedAt = performance.now()
  const requests = Array.from({ length: options.concurrency }, (_, index) =>
    sendOne(options, index, startedAt),
  )
  return toLoad(await Promise.all(requests), startedAt)
}

/** Requests one after the other, each on a connection of its own. */
export async function sendSequence(
  options: LoadOptions & { readonly requests: number },
): Promise<Load> {
  const startedAt = performance.now()
  const results: (Answer | Failure)[] = []
  for (let index = 0; index < options.requests && !options.signal.aborted; index++) {
    results.push(await sendOne(options, index, startedAt))
  }
  return toLoad(results, startedAt)
}

/** One request on a connection of its own; `sentAt` is since `startedAt`. */
function sendOne(
  options: Omit<LoadOptions, 'concurrency'>,
  index: number,
  startedAt: number,
): Promise<Answer | Failure> {
  return askOne(options, {
    ...{ index, startedAt, late: 'request timed out' },
    ask: (photo, signal) => post(toClassifyUrl(options.baseUrl), photo, signal),
  })
}

/**
 * Posts a photo on a new connection.
 *
 * @param connectLimit how long the connection may take, ms
 * @throws the error of the network, or the signal's reason
 */
export async function post(
  url: string,
  { bytes, contentType }: Body,
  signal: AbortSignal,
  connectLimit?: number,
): Promise<Reply> {
  const isHttps = url.startsWith('https:')
  const agent = isHttps ? new HttpsAgent({ keepAlive: false }) : new HttpAgent({ keepAlive: false })
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { 'content-type': contentType, 'content-length': bytes.byteLength }
      const options = { method: 'POST', headers, agent, signal }
      const request = isHttps ? requestHttps(url, options) : requestHttp(url, options)
      request.on('response', resolve).on('error', reject).end(bytes)
      if (connectLimit !== undefined) giveUpUnlessConnected(request, connectLimit)
    })
    return await toReply(response)
  } finally {
    agent.destroy()
  }
}

function giveUpUnlessConnected(request: ClientRequest, limit: number): void {
  const timer = setTimeout(() => request.destroy(new Error('no connection in time')), limit)
  const settle = (): void => {
    clearTimeout(timer)
  }
  request.once('close', settle)
  request.once('socket', (socket) => socket.once('connect', settle))
}

/** Of a response, as soon as all of it is there. */
async function toReply(response: IncomingMessage): Promise<Reply> {
  const timing = response.headers['server-timing']
  return {
    status: response.statusCode ?? 0,
    body: await readBody(response),
    serverTiming: Array.isArray(timing) ? timing.join(', ') : timing,
  }
}
