import { toArrivals, toConstantArrivals } from '../../../bench/load/arrivals'
import { createRandom } from '../../../bench/random'
import type { Behaviour } from '../../known-servers/behaviour'

/** Requests a second that are offered, and for how long. */
export const RATE = 100
export const SECONDS = 10
/** Of the closed loop, and of autocannon at a rate. */
export const CONNECTIONS = 10

/** The servers that are measured, by name. */
export const SERVERS = {
  fixed: { kind: 'fixed', answerTime: 50 },
  'rare-stalls': { kind: 'rare-stalls', answerTime: 10, every: 50, stallTime: 500 },
  'server-wide-stalls': {
    ...{ kind: 'server-wide-stalls', answerTime: 10 },
    ...{ period: 3000, stallTime: 400 },
  },
} as const satisfies Readonly<Record<string, Behaviour>>

export type ServerName = keyof typeof SERVERS

export const TITLES: Readonly<Record<ServerName, string>> = {
  fixed: 'Each request takes 50 ms',
  'rare-stalls': 'Each takes 10 ms, every 50th takes 500 ms',
  'server-wide-stalls': 'Each takes 10 ms, and every 3 s nobody is answered for 400 ms',
}

/** Who measures, by name. */
export const LOADERS = {
  'open-constant': 'our open loop, constant arrivals',
  'open-poisson': 'our open loop, Poisson arrivals',
  vegeta: 'vegeta, constant rate',
  closed: `our closed loop, ${CONNECTIONS} connections`,
  'rate-corrected': 'autocannon at a rate, corrected',
  'rate-as-is': 'autocannon at a rate, as it came',
} as const

export type LoaderName = keyof typeof LOADERS

/** When users come, ms; of a Poisson process anew in every block. */
export function toPlan(kind: 'constant' | 'poisson', block: number): readonly number[] {
  if (kind === 'constant') return toConstantArrivals(RATE, SECONDS * 1000)
  const points = [
    { at: 0, rate: RATE },
    { at: SECONDS, rate: RATE },
  ]
  return toArrivals(points, createRandom(block + 1))
}
