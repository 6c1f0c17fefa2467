import type { FastifyInstance } from 'fastify'
import type { Registry } from 'prom-client'
import type { Inference, InferenceOptions, Query } from '../inference'
import { DEFAULT_LIMITS } from '../inference'
import type { Logger } from '../serving/log'
import { createPhotoMetrics } from '../serving/metrics'
import { addHealthRoutes, createServer, FORM_BYTES, send } from '../serving/server'
import { toSignal } from '../serving/signal'
import { addPage, PROXY_ROUTE } from '../web'
import type { PageOptions } from '../web'
import { toOpenApi } from './openapi'

interface ContainerOptions {
  /** Requests that arrive before it is loaded wait for it. */
  readonly inference: Promise<Inference>
  readonly limits: InferenceOptions['limits']
  readonly log: Logger
  /** What `/metrics` tells; the photo requests' are added. */
  readonly registry: Registry
  readonly page: Omit<PageOptions, 'self' | 'limits'>
}

/** The container twin: POST /classify, GET /models, what a container platform asks of a process, and the page at /. */
export function createContainerServer({
  inference,
  limits,
  log,
  registry,
  page,
}: ContainerOptions): FastifyInstance {
  let loaded: Inference | undefined
  inference.then(
    (value) => (loaded = value),
    () => undefined,
  )
  const metrics = createPhotoMetrics(registry, () => loaded)
  const isReady = (): boolean => (loaded?.pool.workersAlive ?? 0) > 0
  const maxBytes = limits?.maxBytes ?? DEFAULT_LIMITS.maxBytes
  const server = createServer({
    log,
    maxBodyBytes: maxBytes + FORM_BYTES,
    freesBodies: true,
    // A full queue refuses whatever is posted, another query only what it is for.
    refusal: ({ query, routeOptions: { url } }) =>
      // What the page sends on is another's.
      url === PROXY_ROUTE
        ? undefined
        : loaded?.refusalOf(url === '/classify' ? (query as Query) : {}),
    onAnswered: (request, reply, { status, responseTimeMs }) => {
      if (request.routeOptions.url === '/classify') {
        metrics.observe(status, responseTimeMs, reply.outcome)
      }
    },
  })
  addHealthRoutes(server, { isReady, registry })
  server.get('/openapi.json', async (_request, reply) => {
    const { models } = await inference
    return reply.send(toOpenApi({ cards: models.map(({ card }) => card), maxBytes }))
  })
  server.get('/models', async ({ method, headers }, reply) => {
    const { respond } = await inference
    const request = { method, path: '/models', headers, body: Buffer.alloc(0) }
    return send(reply, await respond(request))
  })
  server.all('/classify', async (request, reply) => {
    const { respond } = await inference
    const { method, headers } = request
    const query = request.query as Query
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    return send(reply, await respond({ method, query, headers, body, signal: toSignal(reply.raw) }))
  })
  addPage(server, { ...page, self: 'container', limits: { maxBytes: maxBytes + FORM_BYTES } })
  return server
}
