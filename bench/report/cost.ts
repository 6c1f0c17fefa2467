import { toBreakEven, toSensitivities } from '../cost/break-even'
import type { BreakEven, Choice, Sensitivity } from '../cost/break-even'
import { DAY, toAlwaysOnCost, toMostRequests, toScaleToZeroCost } from '../cost/daily-cost'
import type { Served } from '../cost/daily-cost'
import type { Prices } from '../cost/prices'
import { toTold } from '../cost/told'
import type { RawRun } from '../read-run'
import type { TargetFacts } from '../run'
import { divide, sum } from './conditions'
import type { CheckedCpu, Condition } from './report'
import { sumKnown } from './cells'
import { isDouble } from './targets'

/** What predictions cost; of the closed loop. Money is in the prices' currency. */
export interface Cost {
  readonly prices: Prices
  readonly perMillion: readonly CostPerMillion[]
  readonly idle: readonly IdleCost[]
  /** The function as a model that ends when nobody asks, against a container that is always there; or why not. */
  readonly choice: CostChoice | { readonly reason: string }
}

/** Of a million right answers, at the load that was measured. */
export interface CostPerMillion {
  readonly target: string
  readonly concurrency: number
  /** CPU seconds that it used. */
  readonly usedCpuSeconds: number | null
  /** Its limits times how long it takes: what is held for it, used or not. */
  readonly heldCpuSeconds: number | null
  readonly heldGibSeconds: number | null
}

/** Of a target that waits for requests, as it is deployed: it is there all day. */
export interface IdleCost {
  readonly target: string
  /** CPU that it used while others were loaded, cores. */
  readonly cores: number | null
  readonly cpus: number | null
  readonly gib: number | null
  /** Of what is held for it, a day, by the prices of what is always on. */
  readonly perDay: number | null
}

export interface CostChoice {
  readonly function: string
  readonly container: string
  readonly scaleToZero: Served
  readonly alwaysOn: Served
  readonly breakEven: BreakEven
  readonly sensitivities: readonly Sensitivity[]
  /** What a day costs. */
  readonly curve: readonly CostPoint[]
}

export interface CostPoint {
  /** A day. */
  readonly requests: number
  readonly scaleToZero: number
  readonly alwaysOn: number
}

const GIB = 2 ** 30
const MILLION = 1e6
/** One of each decade is in the table. */
export const POINTS_A_DECADE = 8

interface Found {
  readonly conditions: readonly Condition[]
  readonly cpuChecks: readonly CheckedCpu[] | undefined
}

/** What predictions cost by these prices; undefined where no function is compared with its container. */
export function toCost(raw: RawRun, found: Found, prices: Prices): Cost | undefined {
  const { plan, targets } = raw.run
  const isOfTwins = plan.comparisons.some(({ a, b }) => a === 'function' && b === 'container')
  if (!isOfTwins || found.conditions.length === 0) return undefined
  const priced = targets.filter(({ name }) => !isDouble(plan, name))
  return {
    prices,
    perMillion: found.conditions.flatMap((condition) => {
      const facts = priced.find(({ name }) => name === condition.target)
      return facts === undefined ? [] : [toCostPerMillion(condition, facts)]
    }),
    idle: priced.map((facts) => toIdleCost(raw, facts, found, prices)),
    choice: toChoice(targets, found.conditions, prices),
  }
}

function toCostPerMillion(
  { target, workload, cpuMsPerRequest, goodput }: Condition,
  { limits }: TargetFacts,
): CostPerMillion {
  const seconds = divide(MILLION, goodput ?? 0)
  const times = (held: number | undefined): number | null =>
    seconds === null || held === undefined ? null : held * seconds
  return {
    target,
    concurrency: workload.concurrency,
    usedCpuSeconds: cpuMsPerRequest === null ? null : (cpuMsPerRequest / 1000) * MILLION,
    heldCpuSeconds: times(limits?.cpus.value),
    heldGibSeconds: times(limits === null ? undefined : limits.memoryBytes.value / GIB),
  }
}

function toIdleCost(
  raw: RawRun,
  { name, limits }: TargetFacts,
  { cpuChecks = [] }: Found,
  { alwaysOn }: Prices,
): IdleCost {
  const cpus = limits?.cpus.value ?? null
  const gib = limits === null ? null : limits.memoryBytes.value / GIB
  const checked = cpuChecks.find(({ target }) => target === name)
  return {
    ...{ target: name, cpus, gib },
    cores: checked === undefined ? toIdleCores(raw, name) : checked.idleShare,
    perDay:
      cpus === null || gib === null
        ? null
        : DAY * (cpus * alwaysOn.perCpuSecond + gib * alwaysOn.perGibSecond),
  }
}

/** Over the trials of other targets, by the source that costs it nothing. */
function toIdleCores({ trials }: RawRun, name: string): number | null {
  const others = trials.filter(
    ({ experiment, target }) => experiment === 'closed-loop' && target !== name,
  )
  const seconds = sumKnown(others.map(({ witnessCpuSeconds }) => witnessCpuSeconds[name]))
  return divide(seconds, sum(others.map(({ duration }) => duration)) / 1000)
}

function toChoice(
  targets: readonly TargetFacts[],
  conditions: readonly Condition[],
  prices: Prices,
): Cost['choice'] {
  const [one, other] = ['function', 'container'].map((name) =>
    toServed(
      targets.find((facts) => facts.name === name),
      conditions.filter(({ target }) => target === name),
    ),
  )
  if (one === undefined || other === undefined) {
    return { reason: 'the limits, the start or the response time of one of them is not known' }
  }
  const choice: Choice = { scaleToZero: one, alwaysOn: other, prices }
  return {
    ...{ function: 'function', container: 'container', scaleToZero: one, alwaysOn: other },
    breakEven: toBreakEven(choice),
    sensitivities: toSensitivities(choice),
    curve: toCurve(choice),
  }
}

/** Undefined where something of it is not known. */
function toServed(
  facts: TargetFacts | undefined,
  conditions: readonly Condition[],
): Served | undefined {
  const [alone] = [...conditions].sort(
    (one, other) => one.workload.concurrency - other.workload.concurrency,
  )
  const time = alone?.responseTime.mean.value ?? null
  const capacity = Math.max(...conditions.map(({ goodput }) => goodput ?? 0))
  if (facts?.limits == null || facts.startToReadyMs === null) return undefined
  if (time === null || !(capacity > 0)) return undefined
  return {
    cpus: facts.limits.cpus.value,
    gib: facts.limits.memoryBytes.value / GIB,
    serviceTime: time / 1000,
    startTime: facts.startToReadyMs / 1000,
    capacity,
  }
}

/** From ten requests a day to as many as one container answers. */
function toCurve({ scaleToZero, alwaysOn, prices }: Choice): readonly CostPoint[] {
  const most = toMostRequests(alwaysOn)
  const steps = Math.ceil((Math.log10(most) - 1) * POINTS_A_DECADE)
  const all = Array.from({ length: steps }, (_, step) => 10 ** (1 + step / POINTS_A_DECADE))
  return [...all, most].map((requests) => ({
    requests: toTold(requests),
    scaleToZero: toTold(toScaleToZeroCost(requests, scaleToZero, prices.scaleToZero).cost),
    alwaysOn: toTold(toAlwaysOnCost(requests, alwaysOn, prices.alwaysOn).cost),
  }))
}
