import autocannon from 'autocannon'
import type { TrialSize } from '../trial-size'
import { mend } from './client'
import type { Client, Loss } from './client'
import { createLedger } from './ledger'
import { toClassifyUrl } from './load'
import type { Load, LoadOptions } from './load'

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
  if (signal.aborted) return { answers: [], failures: [], duration: 0 }
  const clients: Client[] = []
  const stop = (): void => {
    for (const client of clients) client.destroy()
  }
  let lostInARow = 0
  const onLost = (context: object, loss: Loss): void => {
    ledger.lost(context, loss)
    lostInARow += 1
    const most = Math.max(concurrency, loss.outcome === 'timed-out' ? 1 : LOST_IN_A_ROW)
    if (lostInARow >= most) stop()
  }
  const settings: Settings = {
    url: url.origin,
    connections: concurrency,
    amount: 'requests' in size ? size.requests : ENDLESS,
    sampleInt: TICK,
    skipAggregateResult: true,
    setupClient: (plain) => {
      const client = plain as Client
      client.timeout = timeLimit
      mend(client, onLost)
      clients.push(client)
    },
    requests: [ledger.request],
  }
  const startedAt = performance.now()
  await new Promise<void>((resolve, reject) => {
    let deadline: NodeJS.Timeout | undefined
    const instance = autocannon(settings, (error: Error | null) => {
      clearTimeout(deadline)
      signal.removeEventListener('abort', stop)
      if (error === null) resolve()
      else reject(error)
    })
    signal.addEventListener('abort', stop)
    if ('duration' in size) deadline = setTimeout(windDown, size.duration, clients)
    instance.on('response', (_client, _status, _bytes, responseTime) => {
      lostInARow = 0
      ledger.answered(responseTime)
    })
  })
  const { answers } = ledger
  const lastAt = answers.reduce(
    (last, { sentAt, responseTime }) => Math.max(last, sentAt + responseTime),
    0,
  )
  const duration = lastAt > 0 ? lastAt : performance.now() - startedAt
  return { answers, failures: ledger.failures(), duration }
}

/** Each client is answered what it has sent, and sends no more. */
function windDown(clients: readonly Client[]): void {
  for (const client of clients) client.responseMax = client.reqsMade
}
