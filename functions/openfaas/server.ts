import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from '../../serving/log'
import { createRegistry } from '../../serving/metrics'
import { addHealthRoutes, addProbes, createServer } from '../../serving/server'
import { toSignal } from '../../serving/signal'
import type { OpenFaasContext, OpenFaasEvent } from './event'

interface OpenFaasOptions {
  readonly log: Logger
  readonly maxBodyBytes: number
  /** RAW_BODY: false makes the body text, as the templates do. */
  readonly rawBody: boolean
  readonly isReady: () => boolean
  readonly handle: (event: OpenFaasEvent, context: OpenFaasContext) => Promise<void>
}

/**
 * OpenFaaS' workload contract without its watchdog: port 8080, /_/health, /_/ready (only once the model is loaded),
 * the duration in X-Duration-Seconds; any other path calls the function.
 */
export function createOpenFaasServer(options: OpenFaasOptions): FastifyInstance {
  const { log, maxBodyBytes, isReady } = options
  const registry = createRegistry()
  const server = createServer({ log, maxBodyBytes })
  addHealthRoutes(server, { isReady, registry })
  addProbes(server, isReady, { health: '/_/health', ready: '/_/ready' })
  server.all('/*', (request, reply) => answer(request, reply, options))
  return server
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  { handle, log, rawBody }: OpenFaasOptions,
): Promise<FastifyReply> {
  const startedAt = performance.now()
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
  const answered = new Promise((resolve, reject) => {
    const context = toContext(reply, resolve, reject)
    const event: OpenFaasEvent = {
      body: rawBody ? body : body.toString('utf8'),
      headers: request.headers,
      method: request.method,
      query: request.query as Readonly<Record<string, unknown>>,
      path: request.originalUrl.split('?', 1)[0] ?? '/',
      signal: toSignal(reply.raw),
    }
    handle(event, context).catch(reject)
  })
  try {
    const content = await answered
    return await reply
      .header('x-duration-seconds', toSeconds(performance.now() - startedAt))
      .send(content)
  } catch (error) {
    log.error({ err: error }, 'the function failed')
    return reply.code(500).type('text/plain').send('Internal Server Error')
  }
}

function toContext(
  reply: FastifyReply,
  succeed: (body: unknown) => void,
  fail: (reason: unknown) => void,
): OpenFaasContext {
  const context: OpenFaasContext = {
    status(code) {
      reply.code(code)
      return context
    },
    headers(values) {
      reply.headers(values)
      return context
    },
    succeed,
    fail,
  }
  return context
}

const toSeconds = (ms: number): string => (ms / 1000).toFixed(6)
