import type { Environment } from '../environment'
import type { Capacity } from './capacity'
import type { Cost } from './cost'
import type { Shim } from './shims'
import type { ClusterFacts, CpuCheck, Plan, TargetFacts, WarmUp } from '../run'

/** report.json, whose schema is report.schema.json. Times are ms. */
export interface Report {
  readonly version: 1
  readonly valid: boolean
  readonly invalidReasons: readonly string[]
  readonly warnings: readonly string[]
  /**
   * What the run can resolve, as a share: 0.03 is +-3 %. The farthest from 1 that the A/A comparison's intervals of
   * responseTime.p50 reach; null without one.
   */
  readonly resolution: number | null
  readonly seed: number
  readonly profile: string
  readonly environment: Environment
  readonly plan: Omit<Plan, 'seed' | 'profile'>
  readonly targets: readonly TargetFacts[]
  /** Where targets are in clusters. */
  readonly clusters?: readonly ClusterFacts[]
  readonly warmUps: readonly WarmUp[]
  /** CPU of targets over the whole measurement, where only somebody who is late counts it from outside. */
  readonly cpuChecks?: readonly CheckedCpu[]
  /** One cell of the closed loop: a target at a concurrency. */
  readonly conditions: readonly Condition[]
  /** Where the open loop was measured in place of the closed one: a target at a rate. */
  readonly openLoop?: readonly OpenCondition[]
  /** Likewise: how much each target can be offered. */
  readonly capacities?: readonly Capacity[]
  /** Where targets were asked for no work, too. */
  readonly shims?: readonly Shim[]
  readonly comparisons: readonly Comparison[]
  /** A target against itself. */
  readonly aa: readonly Comparison[]
  /** What the verdicts' blocks can tell, simulated with this run's variance. */
  readonly power: readonly Power[]
  readonly paper: PaperExperiment | null
  /** Where the function is compared with its container in the closed loop. */
  readonly cost?: Cost
  /** One paragraph to act on. */
  readonly advice: string
}

export interface CheckedCpu extends CpuCheck {
  /** CPU that it took while others were loaded, as a share of one core. */
  readonly idleShare: number | null
}

/** A response time and its parts. */
export interface Parts {
  readonly responseTime: Summary
  readonly predictionTime: Summary
  readonly decodeTime: Summary
  /** responseTime - what the target's own clock tells: its total, and serialising. */
  readonly waitingTime: Summary
  /** Absent where the target does not tell it. */
  readonly serialiseTime?: Summary
  readonly queueTime: Summary
}

export interface Condition extends Parts {
  readonly target: string
  readonly workload: { readonly kind: 'closed-loop'; readonly concurrency: number }
  readonly blocks: number
  readonly requests: number
  readonly errors: number
  /** Answers a second. */
  readonly throughput: number | null
  /** Right answers a second. */
  readonly goodput: number | null
  readonly cpuMsPerRequest: number | null
  readonly peakMemoryBytes: number | null
  /** CPU of the load generator a request. */
  readonly generatorCpuMsPerRequest: number | null
  /** How often it was looked whether the load generator is on time, and how often it was more than 50 ms late. */
  readonly generatorLooks?: { readonly looks: number; readonly late: number }
  /** CPU that the largest user among the other targets took meanwhile, as a share of one core. */
  readonly idleCpuShare: number | null
  /** Where photos go as messages. */
  readonly messages?: {
    /** Photos without an answer. */
    readonly lost: number
    /** Answers to photos that had one before. */
    readonly duplicated: number
  }
}

/** Response times count from the planned send, and waiting with them. */
export interface OpenCondition
  extends
    Parts,
    Pick<
      Condition,
      'target' | 'blocks' | 'requests' | 'errors' | 'goodput' | 'peakMemoryBytes' | 'idleCpuShare'
    > {
  readonly workload: { readonly kind: 'open-loop'; readonly rate: number }
  /** Answered with 503; not among the errors. */
  readonly refused: number
  /** Not sent, as too many others were on their way; among the errors. */
  readonly dropped: number
  /** How much later than planned requests were sent: nearest ranks of all of them, and how many by more than `LATE`. */
  readonly lag: {
    readonly p50: number | null
    readonly p99: number | null
    readonly late: number | null
  }
  /** CPU seconds of the target a second; the interval is over blocks. */
  readonly cores: Estimate
  readonly generatorCores: number | null
}

export interface Summary {
  readonly mean: Estimate
  readonly p50: Estimate
  readonly p90: Estimate
  readonly p99: Estimate
}

/** `value` is of the pooled raw rows; the interval (95 %) is over blocks. */
export type Estimate =
  | { readonly value: number; readonly lower: number; readonly upper: number }
  | { readonly value: number; readonly lower: null; readonly upper: null; readonly reason: string }
  | { readonly value: null; readonly lower: null; readonly upper: null; readonly reason: string }

export const METRICS = [
  'responseTime.p50',
  'responseTime.p90',
  'responseTime.mean',
  'predictionTime.p50',
  'waitingTime.p50',
  'throughput',
  'cpuMsPerRequest',
] as const
export type Metric = (typeof METRICS)[number]

/** a / b. `slower` and `faster` mean more and less of the metric, but for throughput. */
export interface Comparison {
  readonly a: string
  readonly b: string
  readonly concurrency: number
  readonly metric: Metric
  readonly blocks: number
  /** Geometric mean of the blocks' ratios; null with `reason` where it cannot be said. */
  readonly ratio: number | null
  /** 95 % interval, not yet corrected for several levels. */
  readonly lower: number | null
  readonly upper: number | null
  /** Corrected by Holm's method over the levels. */
  readonly verdict: Verdict
  /** Why it is undecided, or why there is no ratio. */
  readonly reason?: string
}

export type Verdict = 'equivalent' | 'slower' | 'faster' | 'undecided'

/** Of responseTime.p50 of one pair. */
export interface Power {
  readonly a: string
  readonly b: string
  readonly concurrency: number
  readonly blocks: number
  /** Standard deviation of the blocks' log-ratios. */
  readonly standardDeviation: number
  /** Share of simulated runs in which a true +10 % is called slower, and 0 % equivalent. */
  readonly slowerAt10Percent: number
  readonly equivalentAt0Percent: number
  /** Blocks for 90 % of the one and 80 % of the other; null: more than were tried. */
  readonly blocksNeeded: number | null
}

/** The paper's own experiment; never to be mixed with the closed loop. */
export interface PaperExperiment {
  /** Groups of simultaneous requests on fresh connections. */
  readonly groups: readonly Group[]
  /** Requests one after the other, each on a fresh connection. */
  readonly sequences: readonly Sequence[]
}

export interface Group {
  readonly target: string
  readonly concurrency: number
  readonly repetitions: number
  readonly errors: number
  /** Means over the repetitions; null: no answer. */
  readonly mean: number | null
  readonly fastest: number | null
  readonly slowest: number | null
}

export interface Sequence {
  readonly target: string
  readonly errors: number
  readonly requests: readonly {
    readonly predictionTime: number | null
    readonly responseTime: number | null
  }[]
  readonly meanPredictionTime: number | null
  readonly meanResponseTime: number | null
}

/** Response times at 0, 1 ... 100 % of a condition's requests, for plots. */
export interface Distribution {
  readonly target: string
  readonly concurrency: number
  readonly quantiles: readonly number[]
}
