import type autocannon from 'autocannon'
import type { Loss } from './client'
import type { Answer, Body, Failure, LoadOptions } from './load'

/** Keeps what was sent and what came back of one closed loop. */
export interface Ledger {
  /** autocannon's description of the request: the next photo each time. */
  readonly request: autocannon.Request
  /** Call for each `response` event, ms. */
  readonly answered: (responseTime: number) => void
  /** Call for each request that got no answer, with its context. */
  readonly lost: (context: object, loss: Loss) => void
  readonly answers: readonly Answer[]
  /** What was sent and not answered, with what is still on its way. */
  readonly failures: () => Failure[]
}

/** A request on its way. */
interface Sent {
  readonly photo: number
  readonly sentAt: number
}

const GIVEN_UP = { outcome: 'unanswered', message: 'given up with the rest of the trial' } as const
const NOTHING: Body = { bytes: Buffer.alloc(0), contentType: '' }

/**
 * Starts an empty ledger; its clock starts now.
 *
 * @param path of the request, with its query
 */
export function createLedger({
  photos,
  order,
  path,
}: Pick<LoadOptions, 'photos' | 'order'> & { readonly path: string }): Ledger {
  const startedAt = performance.now()
  // By the context that autocannon makes anew for each request.
  const waiting = new Map<object, Sent>()
  const answers: Answer[] = []
  const losses: Failure[] = []
  let sent = 0
  let arrived: Omit<Answer, 'responseTime'> | undefined
  return {
    request: {
      method: 'POST',
      path,
      setupRequest: (request, context) => {
        const photo = order[sent++ % order.length] ?? 0
        waiting.set(context, { photo, sentAt: performance.now() - startedAt })
        const { bytes, contentType } = photos[photo] ?? NOTHING
        return { ...request, headers: { 'content-type': contentType }, body: bytes }
      },
      onResponse: (status, body, context, headers) => {
        const request = waiting.get(context)
        waiting.delete(context)
        if (request === undefined) return
        arrived = { ...request, status, body, serverTiming: findServerTiming(headers) }
      },
    },
    answered(responseTime) {
      if (arrived === undefined) return
      answers.push({ ...arrived, responseTime })
      arrived = undefined
    },
    lost(context, loss) {
      const request = waiting.get(context)
      waiting.delete(context)
      if (request !== undefined) losses.push({ ...request, ...loss })
    },
    answers,
    failures: () => [
      ...losses,
      ...[...waiting.values()].map((request) => ({ ...request, ...GIVEN_UP })),
    ],
  }
}

function findServerTiming(headers: object | undefined): string | undefined {
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (name.toLowerCase() === 'server-timing') return String(value)
  }
  return undefined
}
