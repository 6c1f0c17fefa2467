import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ResponseOutcome } from '../inference'
import type { Logger } from './log'

/** Asked for every few seconds by a machine: not worth a line each. */
const PROBES = new Set(['/healthz', '/readyz', '/metrics', '/_/health', '/_/ready'])

/** How a request ended, and how long after it was received. */
export interface Answered {
  readonly status: number
  readonly responseTimeMs: number
}

/** Writes one line on a request that is over. */
export function logRequest(
  log: Logger,
  request: FastifyRequest,
  reply: FastifyReply,
  { status, responseTimeMs }: Answered,
): void {
  const { outcome } = reply
  const line = {
    method: request.method,
    // The route, not the address: a query is the sender's own business.
    path: request.routeOptions.url ?? 'none',
    status,
    responseTimeMs: Math.round(responseTimeMs * 1000) / 1000,
    ...(outcome === undefined ? {} : toFacts(outcome)),
  }
  if (outcome?.state === 'failed' && outcome.code === 'INTERNAL') {
    log.error({ ...line, err: outcome.error }, 'failed')
  } else if (PROBES.has(line.path)) log.debug(line, 'answered')
  else log.info(line, 'answered')
}

/** Writes one line on a message that is over. */
export function logMessage(
  log: Logger,
  outcome: ResponseOutcome,
  { broker, timeMs }: { readonly broker: string; readonly timeMs: number },
): void {
  const line = { broker, timeMs: Math.round(timeMs * 1000) / 1000, ...toFacts(outcome) }
  if (outcome.state === 'failed' && outcome.code === 'INTERNAL') {
    log.error({ ...line, err: outcome.error }, 'failed')
  } else log.info(line, 'consumed')
}

function toFacts(outcome: ResponseOutcome): Readonly<Record<string, unknown>> {
  if (outcome.state === 'listed') return {}
  const { model } = outcome
  if (outcome.state === 'completed') return { model, label: outcome.label, ...outcome.timings }
  return { ...(model === undefined ? {} : { model }), code: outcome.code }
}
