import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { fastify } from 'fastify'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Registry } from 'prom-client'
import { PhotoError, STATUS, toProblem } from '../inference'
import type { PhotoResponse, ResponseOutcome } from '../inference'
import { createBodyBudget } from './body-budget'
import type { BodyAccount } from './body-budget'
import { giveBackMemory } from './give-back-memory'
import type { Logger } from './log'
import { readBody, tooLong } from './read-body'
import { logRequest } from './request-log'
import type { Answered } from './request-log'

declare module 'fastify' {
  interface FastifyReply {
    /** What became of the photo, for log and metrics. */
    outcome: ResponseOutcome | undefined
  }
  interface FastifyInstance {
    /** From now on it is not ready, and each answer closes its connection; photos are still taken. */
    announceStop: () => void
    isLeaving: () => boolean
  }
}

/** What a process that answers photos over HTTP has around its answers. */
export interface ServerOptions {
  readonly log: Logger
  /** Largest request body; larger ones are refused with PHOTO_TOO_LARGE while they arrive. */
  readonly maxBodyBytes: number
  /** Of all bodies that are in memory at once; what exceeds it is refused with OVERLOADED. */
  readonly maxBodiesBytes?: number
  /** A client that takes longer to send its request is cut off with 408. */
  readonly requestTimeoutMs?: number
  /** Why the next photo would be refused, if it would: told before its body is read. */
  readonly refusal?: (request: FastifyRequest) => PhotoError | undefined
  /** Called once a request is over; the status is 499 where the client did not wait for its answer. */
  readonly onAnswered?: (request: FastifyRequest, reply: FastifyReply, answered: Answered) => void
  /**
   * True where nobody has a use for a body once its answer is sent: its memory is given back then, if that can be
   * (`giveBackMemory`).
   */
  readonly freesBodies?: boolean
  /** False where the host writes an access log of its own. */
  readonly logRequests?: boolean
}

/** A form's boundary and headers on top of the largest photo. */
export const FORM_BYTES = 64 * 1024
const MAX_BODIES_BYTES = 256 * 1024 * 1024
const REQUEST_TIMEOUT_MS = 30_000
const MAX_CHECK_MS = 5_000
const KEEP_ALIVE_TIMEOUT_MS = 65_000

/**
 * An HTTP server with limits, early refusal and one log line a request, on which a host mounts its
 * routes. Every error it makes itself is a problem as the core would make it; only what is not HTTP at all is answered by
 * Node.
 */
export function createServer(options: ServerOptions): FastifyInstance {
  const { log, requestTimeoutMs = REQUEST_TIMEOUT_MS } = options
  const server = fastify({
    logger: false,
    requestTimeout: requestTimeoutMs,
    http: {
      headersTimeout: requestTimeoutMs,
      // How often Node looks for such clients.
      connectionsCheckingInterval: Math.min(requestTimeoutMs, MAX_CHECK_MS),
    },
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    frameworkErrors: (error, _request, reply) => void send(reply, toProblem(toPhotoError(error))),
    exposeHeadRoutes: false,
  })
  server.decorateReply('outcome', undefined)
  server.setErrorHandler((error: FastifyError, _request, reply) =>
    send(reply, toProblem(toPhotoError(error))),
  )
  server.setNotFoundHandler((_request, reply) =>
    send(
      reply,
      toProblem(new PhotoError('NOT_FOUND', 'there is nothing here, photos go to POST /classify')),
    ),
  )
  server.addHook('onRequest', (request, reply, done) => {
    // reply.elapsedTime is 0 without a logger or an onResponse hook of fastify's.
    const receivedAt = performance.now()
    // Not onResponse, which a client that goes away does not bring about.
    reply.raw.once('close', () => {
      const status = reply.raw.writableFinished ? reply.raw.statusCode : STATUS.CLIENT_GONE
      const answered = { status, responseTimeMs: performance.now() - receivedAt }
      if (options.logRequests ?? true) logRequest(log, request, reply, answered)
      options.onAnswered?.(request, reply, answered)
    })
    done()
  })
  // After the hook above: what is refused here is told of, too.
  addAdmission(server, options, addStop(server))
  return server
}

interface HealthOptions {
  readonly isReady: () => boolean
  readonly registry: Registry
}

/** Adds GET /healthz (the process lives), /readyz (photos are answered) and /metrics (Prometheus). */
export function addHealthRoutes(
  server: FastifyInstance,
  { isReady, registry }: HealthOptions,
): void {
  addProbes(server, isReady, { health: '/healthz', ready: '/readyz' })
  server.get('/metrics', async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  )
}

/** Adds the two probes under a platform's own paths. */
export function addProbes(
  server: FastifyInstance,
  isReady: () => boolean,
  { health, ready }: { readonly health: string; readonly ready: string },
): void {
  server.get(health, (_request, reply) => reply.type('text/plain').send('OK'))
  server.get(ready, (_request, reply) => {
    const reason = server.isLeaving()
      ? 'the server is stopping'
      : isReady()
        ? undefined
        : 'the model is not loaded'
    return reason === undefined
      ? reply.type('text/plain').send('OK')
      : reply.code(503).type('text/plain').send(reason)
  })
}

/** Sends the core's response as it is. */
export function send(
  reply: FastifyReply,
  { status, headers, body, outcome }: PhotoResponse,
): FastifyReply {
  reply.outcome = outcome
  return reply.code(status).headers(headers).send(body)
}

/** Stops without waiting for connections on which nothing is asked, and tells those on which something is. */
function addStop(server: FastifyInstance): () => boolean {
  const inFlight = new Set<ServerResponse>()
  const connections = new Set<Socket>()
  let leaving = false
  let stopping = false
  server.decorate('isLeaving', () => leaving)
  server.decorate('announceStop', () => {
    leaving = true
    // Whoever asks again is to be sent to another pod, which a connection that stays open prevents.
    for (const response of inFlight) {
      if (!response.headersSent) response.setHeader('connection', 'close')
    }
  })
  server.server.on('connection', (socket: Socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
  server.addHook('onRequest', (_request, reply, done) => {
    if (leaving) reply.raw.setHeader('connection', 'close')
    inFlight.add(reply.raw)
    reply.raw.once('close', () => inFlight.delete(reply.raw))
    done()
  })
  server.addHook('preClose', (done) => {
    stopping = true
    // Else their connections would stay open for the next request, and the server with them.
    server.announceStop()
    const asked = new Set([...inFlight].map(({ socket }) => socket))
    for (const socket of connections) if (!asked.has(socket)) socket.destroy()
    done()
  })
  return () => stopping
}

/** Refuses a photo before its body is read: while stopping, when the queue is full, when it is too large. */
function addAdmission(
  server: FastifyInstance,
  options: ServerOptions,
  isStopping: () => boolean,
): void {
  const { maxBodyBytes, maxBodiesBytes = MAX_BODIES_BYTES, refusal, freesBodies = false } = options
  const budget = createBodyBudget(maxBodiesBytes)
  const accounts = new WeakMap<IncomingMessage, BodyAccount>()
  server.addHook('onRequest', (request, reply, done) => {
    // A body is in memory until its answer is sent.
    reply.raw.once('close', () => {
      accounts.get(request.raw)?.release()
      if (freesBodies && Buffer.isBuffer(request.body)) giveBackMemory(request.body)
    })
    if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) done(tooLong(maxBodyBytes))
    else if (isStopping()) done(new PhotoError('OVERLOADED', 'the server is stopping'))
    else done(request.method === 'POST' ? refusal?.(request) : undefined)
  })
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', (request: FastifyRequest, body: IncomingMessage) => {
    const account = budget.open()
    accounts.set(request.raw, account)
    return readBody(body, { maxBytes: maxBodyBytes, account })
  })
}

/** What Fastify finds wrong with a request, in our words; anything else is a fault of ours. */
function toPhotoError(error: FastifyError | PhotoError): unknown {
  if (error instanceof PhotoError) return error
  if (error.statusCode === 415) {
    return new PhotoError('UNSUPPORTED_PHOTO', 'the content type is not one')
  }
  if (error.statusCode === 400) {
    return new PhotoError('INVALID_FORM', `the request is damaged: ${error.message}`)
  }
  return error
}
