import type { WarmUp } from './run'

/** Of what can be answered at most, as the warm-up told: from a quiet server to one that cannot keep up. */
const SHARES = [0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.25] as const

/**
 * The rates of a sweep, requests a second, the same for all targets: shares of what the quickest of them answered while it
 * was warmed up. So many connections, each waiting for its answer, get concurrency / time answers a second (Little 1961).
 *
 * @throws RangeError without a warm-up that has answers
 */
export function toSweepRates(warmUps: readonly WarmUp[]): readonly number[] {
  const capacities = warmUps.flatMap(({ concurrency, medians }) => {
    const last = medians.at(-1)
    return last === undefined || last <= 0 ? [] : [(concurrency * 1000) / last]
  })
  if (capacities.length === 0) throw new RangeError('no warm-up tells what can be answered')
  const most = Math.max(...capacities)
  return [...new Set(SHARES.map((share) => toRound(most * share)))]
}

/** Two digits: what is offered is read by people. */
const toRound = (rate: number): number => Number(rate.toPrecision(2))
