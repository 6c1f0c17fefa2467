/** One request by both sides, ms: the server's times are since its first request, the plan's since its start. */
export interface SeenTwice {
  readonly plannedAt: number
  readonly lag: number
  readonly responseTime: number
  readonly arrivedAt: number
  readonly answeredAt: number
}

/** Between two bounds. */
export interface Bounds {
  readonly least: number
  readonly most: number
}

/**
 * When, by the plan's clock, the server's began, as far as it can be known: no request arrives before it was sent, and none is
 * answered for who sent it before the server did (F. Cristian, Probabilistic clock synchronization, 1989). Each request
 * narrows it. `least` above `most`: what one side recorded cannot be true if the other side is right.
 */
export function toClockBounds(requests: readonly SeenTwice[]): Bounds {
  let [least, most] = [-Infinity, Infinity]
  for (const { plannedAt, lag, responseTime, arrivedAt, answeredAt } of requests) {
    least = Math.max(least, plannedAt + lag - arrivedAt)
    most = Math.min(most, plannedAt + responseTime - answeredAt)
  }
  return { least, most }
}
