import { toAlwaysOnCost, toMostRequests, toScaleToZeroCost } from './daily-cost'
import type { Served } from './daily-cost'
import type { Prices } from './prices'
import { toTold } from './told'

/** What is compared: a function that ends when nobody asks, and a container that is always there. */
export interface Choice {
  readonly scaleToZero: Served
  readonly alwaysOn: Served
  readonly prices: Prices
}

/** Where the costs meet: requests a day; or which is cheaper up to what one container answers. */
export type BreakEven =
  | { readonly state: 'meets'; readonly requests: number }
  | { readonly state: 'always-dearer' }
  | { readonly state: 'always-cheaper' }

const PRECISION = 1e-10

/**
 * From how many requests a day on the container costs less than the function; below it the function does. Looked for from one
 * request a day to as many as one container answers, by halving.
 */
export function toBreakEven(choice: Choice): BreakEven {
  const [least, most] = [1, toMostRequests(choice.alwaysOn)]
  if (toDifference(choice, least) > 0) return { state: 'always-dearer' }
  if (toDifference(choice, most) < 0) return { state: 'always-cheaper' }
  let [low, high] = [Math.log(least), Math.log(most)]
  while (high - low > PRECISION) {
    const middle = (low + high) / 2
    if (toDifference(choice, Math.exp(middle)) > 0) high = middle
    else low = middle
  }
  return { state: 'meets', requests: toTold(Math.exp((low + high) / 2)) }
}

/** How much more the function costs. */
function toDifference({ scaleToZero, alwaysOn, prices }: Choice, requests: number): number {
  const [one, other] = [
    toScaleToZeroCost(requests, scaleToZero, prices.scaleToZero),
    toAlwaysOnCost(requests, alwaysOn, prices.alwaysOn),
  ]
  return one.cost - other.cost
}

/** Where the costs meet if one thing is otherwise. */
export interface Sensitivity {
  readonly what: string
  readonly cases: readonly { readonly name: string; readonly breakEven: BreakEven }[]
}

/** One thing at a time is changed, everything else is as measured and as in the table of prices. */
export function toSensitivities(choice: Choice): readonly Sensitivity[] {
  return CHANGES.map(({ what, cases }) => ({
    what,
    cases: cases.map(({ name, change }) => ({ name, breakEven: toBreakEven(change(choice)) })),
  }))
}

interface Changed {
  readonly what: string
  readonly cases: readonly { readonly name: string; readonly change: (choice: Choice) => Choice }[]
}

const CHANGES: readonly Changed[] = [
  toTimes('time of a request', [0.5, 2, 10], (choice, times) => ({
    ...choice,
    scaleToZero: {
      ...choice.scaleToZero,
      serviceTime: choice.scaleToZero.serviceTime * times,
    },
  })),
  toTimes('time of a start', [0.5, 2, 10], (choice, times) => ({
    ...choice,
    scaleToZero: { ...choice.scaleToZero, startTime: choice.scaleToZero.startTime * times },
  })),
  toTimes('CPUs and memory', [0.5, 2], (choice, times) => ({
    ...choice,
    scaleToZero: toLarger(choice.scaleToZero, times),
    alwaysOn: toLarger(choice.alwaysOn, times),
  })),
  toTimes('prices of the function', [0.8, 1.2], (choice, times) => ({
    ...choice,
    prices: { ...choice.prices, scaleToZero: toDearer(choice.prices.scaleToZero, times) },
  })),
  toTimes('prices of the container', [0.5, 1.2], (choice, times) => ({
    ...choice,
    prices: { ...choice.prices, alwaysOn: toDearer(choice.prices.alwaysOn, times) },
  })),
  {
    what: 'steps of billing',
    cases: [1, 1000].map((ms) => ({
      name: `${ms} ms`,
      change: (choice) => withBilling(choice, { billedInStepsOfMs: ms }),
    })),
  },
  {
    what: 'time kept idle',
    cases: [0, 3600].map((seconds) => ({
      name: `${seconds} s`,
      change: (choice) => withBilling(choice, { keptIdleSeconds: seconds }),
    })),
  },
]

function toTimes(
  what: string,
  factors: readonly number[],
  change: (choice: Choice, times: number) => Choice,
): Changed {
  return {
    what,
    cases: factors.map((times) => ({
      name: `× ${times}`,
      change: (choice) => change(choice, times),
    })),
  }
}

/** Prices of resources follow their size, and how much is answered does, too. */
const toLarger = (served: Served, times: number): Served => ({
  ...served,
  cpus: served.cpus * times,
  gib: served.gib * times,
  capacity: served.capacity * times,
})

function toDearer<T extends Partial<Prices['scaleToZero']>>(prices: T, times: number): T {
  const { perCpuSecond = 0, perGibSecond = 0, perMillionRequests } = prices
  return {
    ...prices,
    perCpuSecond: perCpuSecond * times,
    perGibSecond: perGibSecond * times,
    ...(perMillionRequests !== undefined && { perMillionRequests: perMillionRequests * times }),
  }
}

const withBilling = (choice: Choice, billing: Partial<Prices['scaleToZero']>): Choice => ({
  ...choice,
  prices: { ...choice.prices, scaleToZero: { ...choice.prices.scaleToZero, ...billing } },
})
