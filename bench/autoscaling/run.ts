import type { Stabilization } from '../clusters/cluster'
import type { RatePoint } from '../load/arrivals'
import type { KindOfRun, RawRowRun, RowRunFormat } from '../row-run'
import type { ClusterFacts, Outcome, TargetFacts } from '../run'

/** run.json of autoscaling: what was asked for, what was scaled, and how it ended. */
export interface AutoscalingRun extends KindOfRun {
  readonly kind: 'autoscaling'
  readonly plan: AutoscalingPlan
  /** As they were with one pod. */
  readonly targets: readonly TargetFacts[]
  readonly autoscalers: readonly AutoscalerFacts[]
  readonly clusters: readonly ClusterFacts[]
}

export interface AutoscalingPlan {
  readonly profile: string
  /** Decides when requests come, and which twin is first. */
  readonly seed: number
  /** Requests offered a second, over time. */
  readonly points: readonly RatePoint[]
  readonly stabilization: Stabilization
}

/** The highest rate, requests a second, and until when it is offered, s. */
export function toPeak({ points }: Pick<AutoscalingPlan, 'points'>): {
  readonly rate: number
  readonly until: number
} {
  const rate = Math.max(...points.map((point) => point.rate))
  return { rate, until: points.findLast((point) => point.rate === rate)?.at ?? 0 }
}

/** What decides on the pods of a twin. */
export interface AutoscalerFacts {
  readonly target: string
  readonly minReplicas: number
  readonly maxReplicas: number
  /** Percent of what its pods request. */
  readonly targetUtilization: number | null
  /** What a pod requests, and may use, cores. */
  readonly requestedCores: number | null
  readonly limitCores: number | null
  /** s */
  readonly scaleUpWindow: number | null
  readonly scaleDownWindow: number | null
}

/** A row of timeline.ndjson.gz: a twin as it is at a time, and what was answered since the last row. */
export interface Sample {
  readonly target: string
  /** s since the load's start. */
  readonly at: number
  /** Pods that the Deployment is to have, and that are ready. */
  readonly wanted: number
  readonly ready: number
  /** Percent, as the autoscaler saw it last; null: it does not know. */
  readonly utilization: number | null
  readonly pods: readonly PodSample[]
  readonly requests: readonly RequestSample[]
}

/** As the kubelet counts it; null where it does not yet. */
export interface PodSample {
  readonly name: string
  readonly cpuSeconds: number | null
  /** When that was counted, ms by its node's clock: up to some 15 s before. */
  readonly countedAt: number | null
  readonly memoryBytes: number | null
}

/** ms: when it was planned, how much later it was sent, how long it took from the plan; how it ended, if not right. */
export type RequestSample = readonly [
  plannedAt: number,
  lag: number | null,
  responseTime: number | null,
  outcome?: Outcome,
]

export const AUTOSCALING_FORMAT: RowRunFormat<AutoscalingRun> = {
  kind: 'autoscaling',
  rowsFile: 'timeline.ndjson.gz',
}

export type RawAutoscaling = RawRowRun<AutoscalingRun, Sample>
