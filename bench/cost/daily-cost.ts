import type { Prices } from './prices'

/** s */
export const DAY = 86_400

/** What one process of a target is and can do, as measured. */
export interface Served {
  readonly cpus: number
  readonly gib: number
  /** s that a request has one of its places: the mean response time of one at a time. */
  readonly serviceTime: number
  /** s from the start of its process until it is ready. */
  readonly startTime: number
  /** Answers a second that it gives at most. */
  readonly capacity: number
}

/** What a day costs, and what is billed. */
export interface DailyCost {
  readonly cost: number
  /** s of one instance. */
  readonly billedSeconds: number
  readonly starts: number
}

/**
 * A MODEL of what a function costs that is billed while it answers and ends when nobody asks: requests come at random times
 * (a Poisson process) the same all day and share an instance. At least one is on its way for a share 1 - exp(-rate x time) of
 * the day (M/D/infinity), where time is a request's, rounded up to what is billed; beyond an instance's capacity more of
 * them are. An instance is kept idle for a while, which is not billed; whoever comes later starts one, which is.
 *
 * @param requests a day
 */
export function toScaleToZeroCost(
  requests: number,
  { cpus, gib, serviceTime, startTime, capacity }: Served,
  { perCpuSecond, perGibSecond, perMillionRequests, ...billing }: Prices['scaleToZero'],
): DailyCost {
  const rate = requests / DAY
  const step = billing.billedInStepsOfMs / 1000
  const billedTime = Math.ceil(serviceTime / step) * step
  const busy = Math.max(DAY * -Math.expm1(-rate * billedTime), requests / capacity)
  const starts = requests * Math.exp(-rate * billing.keptIdleSeconds)
  const billedSeconds = busy + starts * startTime
  const cost =
    billedSeconds * (cpus * perCpuSecond + gib * perGibSecond) +
    (requests / 1e6) * perMillionRequests
  return { cost, billedSeconds, starts }
}

/**
 * What as many containers cost as it takes, which are there all day.
 *
 * @param requests a day
 */
export function toAlwaysOnCost(
  requests: number,
  { cpus, gib, capacity }: Served,
  { perCpuSecond, perGibSecond }: Prices['alwaysOn'],
): DailyCost {
  // As many as one answers are answered by one, also where division is not exact.
  const instances = Math.max(1, Math.ceil(requests / DAY / capacity - 1e-9))
  const billedSeconds = DAY * instances
  return {
    cost: billedSeconds * (cpus * perCpuSecond + gib * perGibSecond),
    billedSeconds,
    starts: 0,
  }
}

/** Requests a day that one process answers at most. */
export const toMostRequests = ({ capacity }: Served): number => capacity * DAY
