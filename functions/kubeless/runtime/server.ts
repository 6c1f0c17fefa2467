import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Counter, Histogram } from 'prom-client'
import type { Registry } from 'prom-client'
import type { Logger } from '../../../serving/log'
import { createRegistry } from '../../../serving/metrics'
import { addHealthRoutes, createServer } from '../../../serving/server'
import type { KubelessEvent, KubelessRequest, KubelessResponse } from '../event'
import type { RuntimeConfig } from './config'
import { toKubelessRequest, toKubelessResponse } from './express'
import { toAccessLog } from './stock'

interface RuntimeOptions {
  readonly config: RuntimeConfig
  readonly log: Logger
  readonly isReady: () => boolean
  /** Calls the function with an event. */
  readonly call: (event: KubelessEvent) => unknown
}

/**
 * Our runtime server for Kubeless: GET /healthz and /metrics as its contract says, /readyz besides; any other path calls
 * the function, with every usual method.
 */
export function createRuntimeServer({
  config,
  log,
  isReady,
  call,
}: RuntimeOptions): FastifyInstance {
  const registry = createRegistry()
  const statistics = createStatistics(registry)
  const server = createServer({
    log,
    maxBodyBytes: config.maxBodyBytes,
    logRequests: !config.stockBehaviour,
  })
  addHealthRoutes(server, { isReady, registry })

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const response = toKubelessResponse(reply)
    response.setHeader('access-control-allow-origin', '*')
    if (request.method === 'OPTIONS') {
      preflight(request, response)
      return
    }
    const asked = toKubelessRequest(request)
    if (config.stockBehaviour) {
      response.once('finish', () => process.stdout.write(toAccessLog(asked, response)))
    }
    const method = `${config.moduleName}-${request.method}`
    const end = statistics.duration.startTimer({ method })
    statistics.calls.inc({ method })
    try {
      finish(
        response,
        await withTimeout(call(toEvent(asked, response, config)), config.context.timeout),
      )
    } catch (error) {
      statistics.failures.inc({ method })
      log.error({ err: error }, 'the function failed')
      if (!response.headersSent) {
        response
          .status(isTimeout(error) ? 408 : 500)
          .send(isTimeout(error) ? error.message : 'Internal Server Error')
      }
    } finally {
      end()
    }
  }

  server.all('/*', answer)
  return server
}

/** The contract's three metrics, labelled MODULE-METHOD as the stock runtime does. */
function createStatistics(registry: Registry): {
  readonly duration: Histogram<'method'>
  readonly calls: Counter<'method'>
  readonly failures: Counter<'method'>
} {
  const labels = { labelNames: ['method' as const], registers: [registry] }
  return {
    duration: new Histogram({
      name: 'function_duration_seconds',
      help: 'Duration of the function in seconds',
      ...labels,
    }),
    calls: new Counter({ name: 'function_calls_total', help: 'Calls of the function', ...labels }),
    failures: new Counter({ name: 'function_failures_total', help: 'Calls that threw', ...labels }),
  }
}

function toEvent(
  request: KubelessRequest,
  response: KubelessResponse,
  config: RuntimeConfig,
): KubelessEvent {
  const event = {
    'event-type': request.get('event-type'),
    'event-id': request.get('event-id'),
    'event-time': request.get('event-time'),
    'event-namespace': request.get('event-namespace'),
    extensions: { request, response },
  }
  if (config.stockBehaviour) return { ...event, data: toData(request, true) }
  // Only made when it is asked for: a photo is taken from the request.
  return Object.defineProperty(event, 'data', {
    get: () => toData(request, false),
  }) as KubelessEvent
}

const isText = (contentType: string): boolean =>
  contentType.startsWith('text/') || contentType.startsWith('application/x-www-form-urlencoded')

/** JSON parsed, text as text; other types as bytes, which the stock runtime makes text, too, and so damages. */
function toData(request: KubelessRequest, everythingIsText: boolean): unknown {
  const contentType = request.get('content-type') ?? ''
  if (contentType.startsWith('multipart/') || request.body.length === 0) return request.body
  if (contentType.startsWith('application/json')) return parseJson(request.body)
  return everythingIsText || isText(contentType) ? request.body.toString('utf8') : request.body
}

/** Without what JSON.parse says: it quotes the body, and the log is not to have it. */
function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown
  } catch {
    throw new SyntaxError('the body is said to be JSON and is not')
  }
}

/** What a function returns is its answer, unless it has answered itself. */
function finish(response: KubelessResponse, returned: unknown): void {
  if (response.writableEnded) return
  if (returned === undefined) response.end()
  else if (typeof returned === 'string') response.end(returned)
  else response.json(returned)
}

function preflight({ headers }: FastifyRequest, response: KubelessResponse): void {
  const { 'access-control-request-method': method, 'access-control-request-headers': asked } =
    headers
  if (method !== undefined) response.set('access-control-allow-methods', method)
  if (asked !== undefined) response.set('access-control-allow-headers', asked)
  response.end()
}

class FunctionTimeout extends Error {
  override readonly name = 'FunctionTimeout'
}

const isTimeout = (error: unknown): error is Error =>
  error instanceof FunctionTimeout ||
  (error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')

async function withTimeout(work: unknown, seconds: number): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    const fail = (): void => {
      reject(new FunctionTimeout(`the function took more than ${seconds} s`))
    }
    timer = setTimeout(fail, seconds * 1000)
  })
  try {
    return await Promise.race([work, timeout])
  } finally {
    clearTimeout(timer)
  }
}
