import type { GeneratorDelay } from './load/generator-delay'
import type { ProfileName } from './profiles'
import type { TrialSize } from './trial-size'

/** What the raw files of a run folder hold. Times are ms unless a name says otherwise. */

/** run.json: what was asked for, what was measured on, and how it ended. */
export interface Run {
  readonly version: 1
  readonly plan: Plan
  readonly targets: readonly TargetFacts[]
  /** Where targets are in clusters. */
  readonly clusters?: readonly ClusterFacts[]
  /** Each target's own answers without load; what is measured is checked against them. */
  readonly answers: readonly ReferenceAnswers[]
  readonly warmUps: readonly WarmUp[]
  /** Where only somebody who is late counts a target's CPU from outside. */
  readonly cpuChecks?: readonly CpuCheck[]
  /** Found before or while measuring, in words: each makes the run INVALID. */
  readonly failures: readonly string[]
  readonly state: 'running' | 'completed' | 'failed' | 'interrupted'
}

export interface Plan {
  readonly profile: ProfileName | 'imported'
  /** In words: the load generator whose files the run was made of; absent where it is the harness itself. */
  readonly importedFrom?: string
  readonly seed: number
  readonly concurrency: readonly number[]
  readonly blocks: number
  /** Requests of a trial, or how long it lasts. */
  readonly trialSize: TrialSize
  /** Whether every block has new processes: what one of them happens to be differs by some percent. */
  readonly fresh?: boolean
  /** Whether every warning makes the run INVALID. */
  readonly strict?: boolean
  /** Repetitions of the paper's groups; 0: not measured. */
  readonly groupRepetitions: number
  /** Requests of the paper's table, one after the other; 0: not measured. */
  readonly sequenceRequests: number
  /** Where the open loop is measured in place of all that: requests offered a second, and for how long (ms). */
  readonly openLoop?: OpenLoopPlan
  readonly photos: readonly PhotoFacts[]
  /** In words: where the photos are from. */
  readonly photoSource: string
  /** Ratios are a / b. */
  readonly comparisons: readonly Pair[]
  /** The target that is the same as `b`, to see what the run can resolve. */
  readonly aa: Pair | null
  /** In words: how A/A was made. */
  readonly aaMethod: string
  readonly formats: readonly ReportFormat[]
}

export interface OpenLoopPlan {
  /** Requests offered a second, ascending; of a sweep none before the warm-up has told what can be answered. */
  readonly rates: readonly number[]
  /** When requests come; absent: at random times, a Poisson process. */
  readonly arrivals?: 'constant'
  /** How long they are offered. */
  readonly duration: number
  /** Whether the rates were chosen by what the warm-up told. */
  readonly sweep?: boolean
  readonly objective?: Objective
}

/** What users are to be given: so large a share of all requests is answered right within so long. */
export interface Objective {
  /** 0.99: p99. */
  readonly share: number
  /** Since the planned send. */
  readonly within: number
}

export type ReportFormat = 'json' | 'markdown' | 'html'

export interface Pair {
  readonly a: string
  readonly b: string
}

export interface PhotoFacts {
  readonly sha256: string
  readonly bytes: number
}

/** What a target is; null where it does not say. */
export interface TargetFacts {
  readonly name: string
  /** In words for a reader, such as "function on our Kubeless runtime". */
  readonly title: string
  readonly model: { readonly name: string; readonly sha256: string } | null
  readonly engine: string | null
  readonly decoder: string | null
  readonly workers: number | null
  readonly node: string | null
  readonly logLevel: string | null
  readonly startToReadyMs: number | null
  readonly limits: Limits | null
  /** What Kubernetes keeps free for it; absent where it is in no cluster, and in older runs. */
  readonly requests?: Requests
  /** Where CPU seconds are from, in words; null: not known. */
  readonly cpuSource: string | null
  /** What the CPU seconds are checked against. */
  readonly cpuWitness: string | null
  /** Where the peak memory is from, in words; null: not known. */
  readonly memorySource: string | null
  /** In words: the way that requests take to it in a cluster. */
  readonly reachedBy?: string
}

/** A cluster that targets are in. */
export interface ClusterFacts {
  /** As the command line calls it. */
  readonly name: string
  /** Its version. */
  readonly kubernetes: string
  readonly nodes: readonly {
    readonly cpus: number | null
    readonly memoryBytes: number | null
    readonly kernel: string
    readonly containerRuntime: string
    /** Where minikube/up made it. */
    readonly minikubeDriver: string | null
  }[]
  /** CPU of its nodes, CPU seconds a second: its own programs and all pods; null where a kubelet does not say. */
  readonly cores: {
    /** Before any load. */
    readonly idle: number | null
    /** From the warm-up to the end; null until then. */
    readonly measuring: number | null
  }
  /** Of all nodes, in use beyond what the kernel would give back at once; absent in older runs. */
  readonly usedMemoryBytes?: {
    /** Before any load. */
    readonly idle: number | null
    /** Null until then. */
    readonly end: number | null
  }
}

/** What holds a target to its CPUs and memory. */
export interface Limits {
  readonly cpus: Limit
  readonly memoryBytes: Limit
}

/** Null: it asks for none. */
export interface Requests {
  readonly cpus: number | null
  readonly memoryBytes: number | null
}

export interface Limit {
  readonly value: number
  /** In words, such as "cgroup v1: cpu.cfs_quota_us"; null: not enforced, `reason` says why. */
  readonly enforcedBy: string | null
  readonly reason?: string
}

export interface ReferenceAnswers {
  readonly target: string
  /** In the order of the plan's photos. */
  readonly predictions: readonly {
    readonly label: string
    readonly probabilities: Readonly<Record<string, number>>
  }[]
}

/** Windows of requests that were thrown away until three in a row agreed. */
export interface WarmUp {
  readonly target: string
  readonly concurrency: number
  /** Median response times of the windows. */
  readonly medians: readonly number[]
  readonly requests: number
  /** false: it stopped at the cap. */
  readonly steady: boolean
}

/** CPU of a target from the end of the warm-up to the end of the measurement or of its process, loaded or not. */
export interface CpuCheck {
  readonly target: string
  /** How long that was, s, and when it ended, ms since the run's start. */
  readonly duration: number
  readonly endedAt: number
  /** CPU seconds by `cpuSource`, and as who is late counts them; null where unknown. */
  readonly cpuSeconds: number | null
  readonly lateCpuSeconds: number | null
}

/**
 * `zero-work` and `zero-work-direct`: requests that ask the function for no work, one after the other, by the way that all
 * take, and straight to the pod.
 */
export type ExperimentName =
  'closed-loop' | 'open-loop' | 'group' | 'sequence' | 'zero-work' | 'zero-work-direct'

/** One line of trials.ndjson: one target's part of a block. */
export interface Trial {
  /** Joins the rows of requests.csv.gz. */
  readonly id: number
  readonly experiment: ExperimentName
  /** Of the open loop: 0. */
  readonly concurrency: number
  /** Of the open loop: requests offered a second. */
  readonly rate?: number
  /** From 0; of groups: the repetition. */
  readonly block: number
  /** From 0: place of the target in the block. */
  readonly order: number
  readonly target: string
  /** Since the run's start. */
  readonly startedAt: number
  /** From the first request sent to the last answer; of the open loop from the plan's start, to its end at least. */
  readonly duration: number
  /** Requests sent; of the open loop: planned. */
  readonly requests: number
  /** How many requests ended in each way. */
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>
  /** What the first failed requests of the trial said. */
  readonly messages: readonly string[]
  /** CPU seconds that each target used meanwhile, by `cpuSource`; null where unknown. */
  readonly cpuSeconds: Readonly<Record<string, number | null>>
  /** The same by `cpuWitness`. */
  readonly witnessCpuSeconds: Readonly<Record<string, number | null>>
  /** Of the loaded target. */
  readonly peakMemoryBytes: number | null
  /** Null: what another load generator used is not known. */
  readonly generatorCpuSeconds: number | null
  /** Absent in older runs. */
  readonly generatorDelay?: GeneratorDelay
  /** Of a target that gets photos as messages: answers to photos that had one before. */
  readonly duplicates?: number
}

/**
 * How one request ended: `right`; `wrong` (another prediction than without load); `refused` (503, as what is overloaded
 * answers); `status` (any other but 200); `garbage` (200, but no answer of the wire format); `timed-out`; `unanswered` (no
 * connection, or it was closed); `dropped` (of the open loop: not sent, as too many others were on their way).
 */
export type Outcome = (typeof OUTCOMES)[number]
export const OUTCOMES = [
  'right',
  'wrong',
  'refused',
  'status',
  'garbage',
  'timed-out',
  'unanswered',
  'dropped',
] as const

/** One row of requests.csv.gz: one request. Null: not known, as no answer came or it has no Server-Timing. */
export interface Observation {
  /** Number of the plan's photo. */
  readonly photo: number
  /** Since the trial's start; of the open loop when it was planned, from which its response time counts, too. */
  readonly sentAt: number
  readonly responseTime: number | null
  readonly status: number | null
  readonly outcome: Outcome
  /** The target's own clock (Server-Timing). */
  readonly queueTime: number | null
  readonly decodeTime: number | null
  readonly predictionTime: number | null
  readonly serviceTime: number | null
  /** What making the answer's text took; no part of `serviceTime`. */
  readonly serialiseTime: number | null
  /** Of the open loop: how much later than planned it was sent. */
  readonly lag: number | null
}
