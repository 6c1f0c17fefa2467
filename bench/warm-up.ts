import type { Body } from './load/load'
import { runLoad } from './load/run-load'
import type { WarmUp } from './run'
import { isSteady } from './statistics/warm-up'
import { nearestRank } from './statistics/quantile'
import type { Target } from './targets/target'

/** Requests of a window, for each connection. */
const REQUESTS_PER_CONNECTION = 5
/** A target that is not steady by then is measured all the same, with a warning. */
const MOST_WINDOWS = 30

interface WarmUpOptions {
  readonly target: Pick<Target, 'baseUrl' | 'link'>
  readonly name: string
  readonly photos: readonly Body[]
  readonly order: readonly number[]
  readonly concurrency: number
  readonly timeLimit: number
  readonly signal: AbortSignal
}

/**
 * Loads a target in windows until three in a row have medians that differ by at most 10 %.
 *
 * @returns also a window in which nothing was answered, as its last: what to do with it is the caller's
 */
export async function warmUp({ target, name, ...options }: WarmUpOptions): Promise<WarmUp> {
  const { concurrency, signal } = options
  // One connection alone would end on a window of five.
  const size = { requests: Math.max(20, concurrency * REQUESTS_PER_CONNECTION) }
  const medians: number[] = []
  let requests = 0
  while (!isSteady(medians) && medians.length < MOST_WINDOWS && !signal.aborted) {
    const { answers, failures } = await runLoad(target, { ...options, size })
    requests += answers.length + failures.length
    if (answers.length === 0) break
    const times = answers.map(({ responseTime }) => responseTime).sort((one, two) => one - two)
    medians.push(Math.round(nearestRank(times, 0.5) * 1000) / 1000)
  }
  return { target: name, concurrency, medians, requests, steady: isSteady(medians) }
}
