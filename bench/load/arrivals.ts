import type { Random } from '../random'

/** How many requests a second are offered at a time; from one point to the next it changes evenly. */
export interface RatePoint {
  /** s since the start. */
  readonly at: number
  /** Requests a second. */
  readonly rate: number
}

/** Requests a second at a time, s; 0 before the first point and after the last. */
export function toRate(points: readonly RatePoint[], at: number): number {
  const next = points.findIndex((point) => point.at > at)
  const [from, to] = [points[next - 1], points[next]]
  if (from === undefined || to === undefined) return 0
  return from.rate + ((to.rate - from.rate) * (at - from.at)) / (to.at - from.at)
}

/**
 * When requests come that come evenly, the first at once, as from a sensor or a job that is due: no chance is in it, and no
 * bursts, so a queue is shorter than of users at the same rate.
 *
 * @param rate requests a second, above 0
 * @param duration ms
 * @returns ms since the start, ascending
 */
export function toConstantArrivals(rate: number, duration: number): readonly number[] {
  // Less by what rounding adds: 3 a second are 3 in a second.
  const count = Math.ceil((rate * duration) / 1000 - 1e-9)
  return Array.from({ length: count }, (_, index) => (index * 1000) / rate)
}

/**
 * When requests of users who know nothing of each other come (a Poisson process with a rate that changes), by thinning:
 * P. A. W. Lewis, G. S. Shedler, Simulation of nonhomogeneous Poisson processes by thinning, 1979.
 *
 * @param points ascending, two at least
 * @returns ms since the start, ascending
 */
export function toArrivals(points: readonly RatePoint[], random: Random): readonly number[] {
  const most = Math.max(...points.map(({ rate }) => rate))
  const end = points.at(-1)?.at ?? 0
  const arrivals: number[] = []
  if (most <= 0) return arrivals
  for (let at = points[0]?.at ?? 0; ;) {
    at -= Math.log(1 - random()) / most
    if (at >= end) return arrivals
    if (random() * most < toRate(points, at)) arrivals.push(at * 1000)
  }
}
