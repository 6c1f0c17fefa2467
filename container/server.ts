import type { FastifyInstance } from 'fastify'
import type { Inference, InferenceOptions } from '../inference'
import { DEFAULT_LIMITS } from '../inference'
import type { Logger } from '../serving/log'
import { createPhotoMetrics, createRegistry } from '../serving/metrics'
import { addHealthRoutes, createServer, FORM_BYTES, send } from '../serving/server'
import { toSignal } from '../serving/signal'
import { toOpenApi } from './openapi'

interface ContainerOptions {
  /** Requests that arrive before it is loaded wait for it. */
  readonly inference: Promise<Inference>
  readonly limits: InferenceOptions['limits']
  readonly log: Logger
}

/** The container twin: POST /classify and what a container platform asks of a process. */
export function createContainerServer({
  inference,
  limits,
  log,
}: ContainerOptions): FastifyInstance {
  const registry = createRegistry()
  let loaded: Inference | undefined
  inference.then(
    (value) => (loaded = value),
    () => undefined,
  )
  const metrics = createPhotoMetrics(registry, () => loaded?.pool)
  const isReady = (): boolean => (loaded?.pool.workersAlive ?? 0) > 0
  const maxBytes = limits?.maxBytes ?? DEFAULT_LIMITS.maxBytes
  const server = createServer({
    log,
    maxBodyBytes: maxBytes + FORM_BYTES,
    refusal: () => loaded?.pool.refusal,
    onAnswered: (request, reply, { status, responseTimeMs }) => {
      if (request.routeOptions.url === '/classify') {
        metrics.observe(status, responseTimeMs, reply.outcome)
      }
    },
  })
  addHealthRoutes(server, { isReady, registry })
  server.get('/openapi.json', async (_request, reply) => {
    const { card } = await inference
    return reply.send(toOpenApi({ labels: card.labels, maxBytes }))
  })
  server.all('/classify', async (request, reply) => {
    const { respond } = await inference
    const { method, headers } = request
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    return send(reply, await respond({ method, headers, body, signal: toSignal(reply.raw) }))
  })
  return server
}
