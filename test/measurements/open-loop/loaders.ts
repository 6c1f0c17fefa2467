import autocannon from 'autocannon'
import { runClosedLoop } from '../../../bench/load/closed'
import { toClassifyUrl } from '../../../bench/load/load'
import type { Body, Load } from '../../../bench/load/load'
import { MOST_IN_FLIGHT, runOpenLoop } from '../../../bench/load/open'
import type { Reported, Row } from './measured'
import { CONNECTIONS, RATE, SECONDS, toPlan } from './servers'
import type { LoaderName } from './servers'
import type { Vegeta } from './vegeta'

/** What a loader says after a trial. */
export interface Said {
  readonly counted: number
  readonly failed: number
  readonly rows: readonly Row[]
  readonly reported?: Reported
}

interface LoaderOptions {
  readonly baseUrl: string
  readonly photo: Body
  readonly block: number
  readonly vegeta: Vegeta | undefined
}

const never = new AbortController().signal

/** Lets it measure the server; undefined: it is not there. */
export async function measureBy(
  loader: LoaderName,
  { baseUrl, photo, block, vegeta }: LoaderOptions,
): Promise<Said | undefined> {
  const sent = { baseUrl, photos: [photo], order: [0], timeLimit: 30_000, signal: never }
  const duration = SECONDS * 1000
  switch (loader) {
    case 'open-constant':
    case 'open-poisson': {
      const arrivals = toPlan(loader === 'open-constant' ? 'constant' : 'poisson', block)
      return toSaid(
        await runOpenLoop({ ...sent, arrivals, duration, mostInFlight: MOST_IN_FLIGHT }),
      )
    }
    case 'closed':
      return toSaid(await runClosedLoop({ ...sent, concurrency: CONNECTIONS, size: { duration } }))
    case 'vegeta': {
      const url = toClassifyUrl(baseUrl)
      const told = await vegeta?.attack({ url, photo, rate: RATE, seconds: SECONDS })
      return told && { counted: told.rows.length, ...told }
    }
    default:
      return measureAtRate(baseUrl, photo, loader === 'rate-as-is')
  }
}

const toSaid = ({ answers, failures }: Load): Said => ({
  counted: answers.length,
  failed: failures.length,
  rows: answers.map(({ sentAt, responseTime }) => ({ at: sentAt, time: responseTime })),
})

/** autocannon's own way to a rate, with the figures that it prints. */
async function measureAtRate(baseUrl: string, photo: Body, isAsItCame: boolean): Promise<Said> {
  const result = await autocannon({
    url: toClassifyUrl(baseUrl),
    method: 'POST',
    headers: { 'content-type': photo.contentType },
    body: photo.bytes,
    connections: CONNECTIONS,
    overallRate: RATE,
    duration: SECONDS,
    timeout: 30,
    ...(isAsItCame && { ignoreCoordinatedOmission: true }),
  })
  const { p50, p75, p90, p97_5, p99, p99_9, max } = result.latency
  return {
    counted: result['2xx'],
    failed: result.errors + result.non2xx,
    rows: [],
    reported: { p50, p75, p90, 'p97.5': p97_5, p99, 'p99.9': p99_9, max },
  }
}
