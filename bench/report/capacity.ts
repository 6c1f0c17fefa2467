import type { MeasuredTrial, RawRun } from '../read-run'
import type { Objective, OpenLoopPlan } from '../run'
import { minimumSamples } from '../statistics/quantile'
import { countRight, toTimes } from './cells'
import { sum } from './conditions'
import { toRates } from './open-loop'
import type { Rate } from './open-loop'

/** How much a target of an open loop can be offered. Rates are requests a second. */
export interface Capacity {
  readonly target: string
  /** The highest of the rates up to which it answered as much as came; null: not even the lowest. */
  readonly keepsUpTo: number | null
  /** The next higher rate that was offered; null: none was. Between the two it becomes saturated. */
  readonly saturatedAt: number | null
  /** Right answers a second, the most at any rate. */
  readonly mostAnswered: number
  readonly objective?: KeptObjective
}

export interface KeptObjective extends Objective {
  /** The highest of the rates up to which it was kept, over all blocks together; null: not even at the lowest. */
  readonly keptUpTo: number | null
  /** The next higher rate, at which it was not; null: none was offered, or too few requests were sent there to tell. */
  readonly missedAt: number | null
  /** That rate, if so few were sent there that it cannot be told; no rate above it is judged. */
  readonly tooFewAt: number | null
  /** At every rate: of all requests, the share that was answered right in time, and in how many blocks that was enough. */
  readonly rates: readonly {
    readonly rate: number
    readonly requests: number
    readonly inTime: number
    readonly blocks: number
    readonly blocksKept: number
  }[]
}

/** Who keeps up answers so many of those that come right, */
const ANSWERED = 0.99
/** and the last of them not later than this: a queue that grows is answered after the end. */
const LASTED = 1.05

/** What every target can be offered; undefined where no open loop was measured. */
export function toCapacities(raw: RawRun): readonly Capacity[] | undefined {
  const { plan, targets } = raw.run
  const { openLoop } = plan
  if (openLoop === undefined) return undefined
  return targets.flatMap(({ name }) => {
    const rates = toRates(raw, name)
    return rates.length === 0 ? [] : [toCapacity(name, rates, openLoop)]
  })
}

function toCapacity(
  target: string,
  rates: readonly Rate[],
  { duration, objective }: OpenLoopPlan,
): Capacity {
  const [keepsUpTo, saturatedAt] = toBounds(rates, (trials) => keepsUp(trials, duration))
  return {
    ...{ target, keepsUpTo, saturatedAt },
    mostAnswered: Math.max(...rates.map(({ trials }) => toAnswered(trials))),
    ...(objective && { objective: toKept(rates, objective) }),
  }
}

/** The last rate of those from the lowest on that are so, and the one after it. */
function toBounds(
  rates: readonly Rate[],
  isSo: (trials: readonly MeasuredTrial[]) => boolean,
): readonly [last: number | null, next: number | null] {
  const at = rates.findIndex(({ trials }) => !isSo(trials))
  if (at === -1) return [rates.at(-1)?.rate ?? null, null]
  return [rates[at - 1]?.rate ?? null, rates[at]?.rate ?? null]
}

const toRequests = (trials: readonly MeasuredTrial[]): number =>
  sum(trials.map(({ requests }) => requests))

const toAnswered = (trials: readonly MeasuredTrial[]): number =>
  (sum(trials.map(countRight)) * 1000) / sum(trials.map(({ duration }) => duration))

/** @param planned how long each was to last, ms */
function keepsUp(trials: readonly MeasuredTrial[], planned: number): boolean {
  const right = sum(trials.map(countRight))
  const lasted = sum(trials.map(({ duration }) => duration))
  return right >= ANSWERED * toRequests(trials) && lasted <= LASTED * planned * trials.length
}

function toKept(rates: readonly Rate[], objective: Objective): KeptObjective {
  const inTime = (trials: readonly MeasuredTrial[]): number => {
    const times = trials.flatMap((trial) => toTimes(trial, 'responseTime'))
    return times.filter((time) => time <= objective.within).length / toRequests(trials)
  }
  const minimum = minimumSamples(objective.share)
  const isEnough = (trials: readonly MeasuredTrial[]): boolean => toRequests(trials) >= minimum
  const isKept = (trials: readonly MeasuredTrial[]): boolean => inTime(trials) >= objective.share
  const [keptUpTo, next] = toBounds(rates, (trials) => isEnough(trials) && isKept(trials))
  const isTooFew = rates.some(({ rate, trials }) => rate === next && !isEnough(trials))
  return {
    ...objective,
    ...{ keptUpTo, missedAt: isTooFew ? null : next, tooFewAt: isTooFew ? next : null },
    rates: rates.map(({ rate, trials }) => ({
      ...{ rate, requests: toRequests(trials), inTime: inTime(trials), blocks: trials.length },
      blocksKept: trials.filter((trial) => isKept([trial])).length,
    })),
  }
}
