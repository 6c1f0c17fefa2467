import type { Body } from '../../../bench/load/load'
import { MOST_IN_FLIGHT, runOpenLoop } from '../../../bench/load/open'
import { toArrivals } from '../../../bench/load/arrivals'
import { createRandom } from '../../../bench/random'
import { nearestRank } from '../../../bench/statistics/quantile'
import type { Behaviour } from '../../known-servers/behaviour'
import { startKnownServer } from '../../known-servers/known-server'
import type { Cores } from './cores'
import type { Level } from './measured'
import { SERVERS } from './servers'

/** Requests a second. */
export const GENERATOR_RATES = [500, 1000, 1500, 2000, 2500, 3000, 4000] as const
const SECONDS = 4
/** At which cores have no time to fall asleep between two requests, and a server is not busy. */
const AWAKE_RATE = 500
/** Until the code for many at once is compiled, too. */
const WARM_UP_RATES = [1000, 3000]

/** How late the open loop sends, and what it costs, against a server that answers at once. */
export const measureGenerator = (block: number, photo: Body, cores: Cores) =>
  measureLevels({ kind: 'fixed', answerTime: 0 }, GENERATOR_RATES, { block, photo, cores })

/** What the open loop says of the server that takes a fixed time. */
export const measureFixedTime = (block: number, photo: Body, cores: Cores) =>
  measureLevels(SERVERS.fixed, [AWAKE_RATE], { block, photo, cores })

interface LevelsOptions {
  readonly block: number
  readonly photo: Body
  readonly cores: Cores
}

async function measureLevels(
  behaviour: Behaviour,
  rates: readonly number[],
  { block, photo, cores }: LevelsOptions,
): Promise<readonly Level[]> {
  const server = await startKnownServer(behaviour)
  try {
    cores.holdServer(server.pid)
    for (const rate of WARM_UP_RATES) await measureLevel(server.baseUrl, photo, { block, rate })
    const levels: Level[] = []
    for (const rate of rates) {
      await server.begin()
      levels.push(await measureLevel(server.baseUrl, photo, { block, rate }))
    }
    return levels
  } finally {
    await server.stop()
  }
}

async function measureLevel(
  baseUrl: string,
  photo: Body,
  { block, rate }: Pick<Level, 'block' | 'rate'>,
): Promise<Level> {
  const points = [
    { at: 0, rate },
    { at: SECONDS, rate },
  ]
  const arrivals = toArrivals(points, createRandom(block + 1))
  const before = process.cpuUsage()
  const { answers, failures, duration } = await runOpenLoop({
    ...{ baseUrl, photos: [photo], order: [0], timeLimit: 30_000 },
    ...{ arrivals, duration: SECONDS * 1000, mostInFlight: MOST_IN_FLIGHT },
    signal: new AbortController().signal,
  })
  const { user, system } = process.cpuUsage(before)
  const sort = (values: readonly number[]): Float64Array => Float64Array.from(values).sort()
  const lags = sort(answers.map(({ lag }) => lag ?? Number.NaN))
  return {
    ...{ block, rate, requests: arrivals.length, answered: answers.length },
    dropped: failures.filter(({ outcome }) => outcome === 'dropped').length,
    throughput: (answers.length * 1000) / duration,
    lag: { p50: nearestRank(lags, 0.5), p99: nearestRank(lags, 0.99), max: nearestRank(lags, 1) },
    responseTimeP50: nearestRank(sort(answers.map(({ responseTime }) => responseTime)), 0.5),
    cpuMsPerRequest: (user + system) / 1000 / arrivals.length,
  }
}
