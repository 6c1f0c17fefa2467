import type { ServerResponse } from 'node:http'
import { fastify } from 'fastify'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Registry } from 'prom-client'
import { PhotoError, toProblem } from '../inference'
import type { PhotoResponse, ResponseOutcome } from '../inference'
import { createBodyBudget } from './body-budget'
import type { Logger } from './log'

declare module 'fastify' {
  interface FastifyReply {
    /** What became of the photo, for log and metrics. */
    outcome: ResponseOutcome | undefined
  }
}

/** What a process that answers photos over HTTP has around its answers. */
export interface ServerOptions {
  readonly log: Logger
  /** Largest request body; larger ones are refused with PHOTO_TOO_LARGE while they arrive. */
  readonly maxBodyBytes: number
  /** Of all bodies that are in memory at once; more are refused with OVERLOADED before they are read. */
  readonly maxBodiesBytes?: number
  /** A client that takes longer to send its request is cut off with 408. */
  readonly requestTimeoutMs?: number
  /** Why the next photo would be refused, if it would: told before its body is read. */
  readonly refusal?: () => PhotoError | undefined
  readonly onAnswered?: (reply: FastifyReply) => void
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
 * routes. Every error it makes itself is a problem as the core would make it.
 */
export function createServer(options: ServerOptions): FastifyInstance {
  const { log, maxBodyBytes, requestTimeoutMs = REQUEST_TIMEOUT_MS } = options
  const server = fastify({
    logger: false,
    bodyLimit: maxBodyBytes,
    requestTimeout: requestTimeoutMs,
    http: {
      headersTimeout: requestTimeoutMs,
      // How often Node looks for such clients.
      connectionsCheckingInterval: Math.min(requestTimeoutMs, MAX_CHECK_MS),
    },
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    exposeHeadRoutes: false,
  })
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body)
  })
  server.decorateReply('outcome', undefined)
  server.setErrorHandler((error: FastifyError, _request, reply) => {
    // Fastify would close at once what is still being sent, and the client might never read why. Node reads and
    // drops the rest; the request's timeout bounds it.
    if (error.statusCode === 413) reply.removeHeader('connection')
    return send(reply, toProblem(toPhotoError(error, options)))
  })
  server.setNotFoundHandler((_request, reply) =>
    send(
      reply,
      toProblem(new PhotoError('NOT_FOUND', 'there is nothing here, photos go to POST /classify')),
    ),
  )
  addAdmission(server, options)
  server.addHook('onResponse', (request, reply, done) => {
    if (options.logRequests ?? true) logRequest(log, request, reply)
    options.onAnswered?.(reply)
    done()
  })
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
  server.get(ready, (_request, reply) =>
    isReady()
      ? reply.type('text/plain').send('OK')
      : reply.code(503).type('text/plain').send('the model is not loaded'),
  )
}

/** Sends the core's response as it is. */
export function send(
  reply: FastifyReply,
  { status, headers, body, outcome }: PhotoResponse,
): FastifyReply {
  reply.outcome = outcome
  return reply.code(status).headers(headers).send(body)
}

/** Refuses a photo before its body is read: while stopping, when the queue is full, when memory is short. */
function addAdmission(server: FastifyInstance, options: ServerOptions): void {
  const { maxBodyBytes, maxBodiesBytes = MAX_BODIES_BYTES, refusal } = options
  const budget = createBodyBudget(maxBodiesBytes)
  const inFlight = new Set<ServerResponse>()
  let stopping = false
  server.addHook('preClose', (done) => {
    stopping = true
    // Else their connections would stay open for the next request, and the server with them.
    for (const response of inFlight)
      if (!response.headersSent) response.setHeader('connection', 'close')
    done()
  })
  server.addHook('onRequest', (request, reply, done) => {
    if (stopping) reply.raw.setHeader('connection', 'close')
    inFlight.add(reply.raw)
    reply.raw.once('close', () => inFlight.delete(reply.raw))
    if (request.method !== 'POST') {
      done()
      return
    }
    const refused = stopping ? new PhotoError('OVERLOADED', 'the server is stopping') : refusal?.()
    const declared = Number(request.headers['content-length'] ?? maxBodyBytes)
    const release = refused === undefined ? budget.reserve(declared) : undefined
    if (release === undefined) {
      done(
        refused ??
          new PhotoError('OVERLOADED', 'too many photos are being received, try again later'),
      )
      return
    }
    reply.raw.once('close', release)
    done()
  })
}

function toPhotoError(error: FastifyError | PhotoError, { maxBodyBytes }: ServerOptions): unknown {
  if (error instanceof PhotoError) return error
  if (error.statusCode === 413) {
    return new PhotoError(
      'PHOTO_TOO_LARGE',
      `the request has more than the ${maxBodyBytes} bytes accepted`,
    )
  }
  if (error.statusCode === 415)
    return new PhotoError('UNSUPPORTED_PHOTO', 'the content type is not one')
  if (error.statusCode === 400)
    return new PhotoError('INVALID_FORM', `the request is damaged: ${error.message}`)
  return error
}

/** Asked for every few seconds by a machine: not worth a line each. */
const PROBES = new Set(['/healthz', '/readyz', '/metrics', '/_/health', '/_/ready'])

function logRequest(log: Logger, request: FastifyRequest, reply: FastifyReply): void {
  const { outcome } = reply
  const line = {
    method: request.method,
    // The route, not the address: a query is the sender's own business.
    path: request.routeOptions.url ?? 'none',
    status: reply.statusCode,
    responseTimeMs: Math.round(reply.elapsedTime * 1000) / 1000,
    ...(outcome?.state === 'failed' ? { code: outcome.code } : {}),
    ...(outcome?.state === 'completed' ? { label: outcome.label, ...outcome.timings } : {}),
  }
  if (outcome?.state === 'failed' && outcome.code === 'INTERNAL')
    log.error({ ...line, err: outcome.error }, 'failed')
  else if (PROBES.has(line.path)) log.debug(line, 'answered')
  else log.info(line, 'answered')
}
