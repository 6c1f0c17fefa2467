import autocannon from 'autocannon'
import type { TrialSize } from '../run'
import { createLedger } from './ledger'
import { toClassifyUrl } from './load'
import type { Load, LoadOptions } from './load'

/** What of autocannon's client is used beyond its types: it ends when it has made `responseMax` requests. */
interface Client extends autocannon.Client {
  responseMax: number
  readonly reqsMade: number
}

/** What its types do not know: how often it looks for the end (ms), and that nobody reads its summary. */
interface Settings extends autocannon.Options {
  readonly sampleInt: number
  readonly skipAggregateResult: boolean
}

const TICK = 5
/** Connections that are lost in a row, with no answer between them, before a trial is given up. */
const LOST_IN_A_ROW = 3
/** More than any trial makes. */
const ENDLESS = 1e9

/**
 * The closed loop: each connection sends its next photo when the last was answered. Sent by autocannon; times are from
 * its `response` events, as its histogram has whole milliseconds, and durations from our own clock.
 */
export async function runClosedLoop({
  size,
  signal,
  ...options
}: LoadOptions & { readonly size: TrialSize }): Promise<Load> {
  const { baseUrl, photos, order, concurrency, timeLimit } = options
  const url = new URL(toClassifyUrl(baseUrl))
  const ledger = createLedger({ photos, order, path: `${url.pathname}${url.search}` })
  const clients: Client[] = []
  const settings: Settings = {
    url: url.origin,
    connections: concurrency,
    amount: 'requests' in size ? size.requests : ENDLESS,
    timeout: timeLimit / 1000,
    sampleInt: TICK,
    skipAggregateResult: true,
    setupClient: (client) => {
      clients.push(client as Client)
    },
    requests: [ledger.request],
  }
  const startedAt = performance.now()
  await new Promise<void>((resolve, reject) => {
    let lostInARow = 0
    let deadline: NodeJS.Timeout | undefined
    const instance = autocannon(settings, (error: Error | null) => {
      clearTimeout(deadline)
      signal.removeEventListener('abort', stop)
      if (error === null) resolve()
      else reject(error)
    })
    const stop = (): void => {
      instance.stop()
    }
    signal.addEventListener('abort', stop)
    if ('duration' in size) deadline = setTimeout(windDown, size.duration, clients)
    instance.on('response', (_client, _status, _bytes, responseTime) => {
      lostInARow = 0
      ledger.answered(responseTime)
    })
    instance.on('reqError', (error: Error) => {
      const isTimeout = error.message === 'request timed out'
      ledger.failed({ outcome: isTimeout ? 'timed-out' : 'unanswered', message: error.message })
      lostInARow += 1
      if (lostInARow >= Math.max(concurrency, isTimeout ? 1 : LOST_IN_A_ROW)) stop()
    })
  })
  const { answers } = ledger
  const lastAt = Math.max(0, ...answers.map(({ sentAt, responseTime }) => sentAt + responseTime))
  const duration = lastAt > 0 ? lastAt : performance.now() - startedAt
  return { answers, failures: ledger.failures(), duration }
}

/** Each client is answered what it has sent, and sends no more. */
function windDown(clients: readonly Client[]): void {
  for (const client of clients) client.responseMax = client.reqsMade
}
