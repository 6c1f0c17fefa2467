import { nearestRank } from '../statistics/quantile'

/** How late the load generator came to what it had to do while a trial lasted; times are ms. */
export interface GeneratorDelay {
  /** How often it was looked. */
  readonly ticks: number
  /** How often it came later than `LATE`. */
  readonly late: number
  readonly p99: number | null
}

/** Later than this, ms, an answer is seen and the next request sent so late that both tell of the generator. */
export const LATE = 50
/** Often enough for a trial of a few tenths of a second. */
const TICK = 10

/** Watches this process's event loop; what it returns ends that and tells what was seen. */
export function watchGeneratorDelay(): () => GeneratorDelay {
  const delays: number[] = []
  let due = performance.now() + TICK
  const timer = setInterval(() => {
    const now = performance.now()
    delays.push(Math.max(0, now - due))
    due = now + TICK
  }, TICK)
  return () => {
    clearInterval(timer)
    return toGeneratorDelay(delays)
  }
}

/** What delays (ms) come to. */
export function toGeneratorDelay(delays: readonly number[]): GeneratorDelay {
  const sorted = Float64Array.from(delays).sort()
  return {
    ticks: delays.length,
    late: delays.filter((delay) => delay > LATE).length,
    p99: sorted.length === 0 ? null : Math.round(nearestRank(sorted, 0.99) * 1000) / 1000,
  }
}
