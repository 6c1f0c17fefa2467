import type { Environment } from '../environment'
import { match } from '../matching'
import { LATE } from '../load/generator-delay'
import { ENDS } from '../report/validity'
import type { ClusterFacts, Outcome, TargetFacts } from '../run'
import { nearestRank } from '../statistics/quantile'
import type {
  AutoscalerFacts,
  AutoscalingPlan,
  AutoscalingRun,
  RawAutoscaling,
  Sample,
} from './run'
import { toPeak } from './run'
import { countFailed, toChanges, toMoments, toQuantiles } from './timeline'
import type { Change, Moment } from './timeline'

/** report.json of autoscaling. Response times are ms, other times s since the load's start. */
export interface AutoscalingReport {
  readonly version: 1
  readonly valid: boolean
  readonly invalidReasons: readonly string[]
  readonly plan: AutoscalingPlan
  readonly environment: Environment
  readonly targets: readonly TargetFacts[]
  readonly autoscalers: readonly AutoscalerFacts[]
  readonly clusters: readonly ClusterFacts[]
  readonly columns: readonly AutoscalingColumn[]
}

/** What became of one twin. */
export interface AutoscalingColumn {
  readonly target: string
  readonly requests: number
  /** Requests that ended otherwise than right, by how. */
  readonly failed: Readonly<Partial<Record<Outcome, number>>>
  /** How much later than planned the load generator sent, p99. */
  readonly lag: number | null
  /** Since when its autoscaler saw more than it is to keep to. */
  readonly aboveTargetAt: number | null
  readonly mostPods: number
  /** Pods that there were to be, over time: what is paid for. */
  readonly podSeconds: number
  readonly changes: readonly Change[]
  readonly phases: readonly Phase[]
  readonly timeline: readonly Moment[]
}

/** A part of the time, told by what there was of pods. */
export interface Phase {
  readonly name: 'one pod' | 'more pods come' | 'all pods' | 'after the peak'
  readonly from: number
  readonly to: number
  readonly requests: number
  readonly failed: number
  readonly p50: number | null
  readonly p90: number | null
}

/** Everything that is said of a run of autoscaling, of raw rows alone. */
export function toAutoscalingReport({ run, environment, rows }: RawAutoscaling): AutoscalingReport {
  const columns = run.targets.map(({ name }) => toColumn(name, run, rows))
  const invalidReasons = toInvalidReasons(run, columns)
  return {
    version: 1,
    valid: invalidReasons.length === 0,
    ...{ invalidReasons, plan: run.plan, environment },
    ...{ targets: run.targets, autoscalers: run.autoscalers, clusters: run.clusters, columns },
  }
}

function toColumn(
  target: string,
  { plan, autoscalers }: AutoscalingRun,
  rows: readonly Sample[],
): AutoscalingColumn {
  const own = rows.filter((row) => row.target === target)
  const requests = own.flatMap((row) => row.requests)
  const lags = requests.flatMap(([, lag]) => lag ?? []).sort((one, other) => one - other)
  const autoscaler = autoscalers.find((each) => each.target === target)
  const changes = toChanges(own, plan)
  const highest = autoscaler?.targetUtilization ?? Number.POSITIVE_INFINITY
  return {
    ...{ target, requests: requests.length, changes },
    failed: toFailed(own),
    lag: lags.length === 0 ? null : nearestRank(lags, 0.99),
    aboveTargetAt: own.find(({ utilization }) => (utilization ?? 0) > highest)?.at ?? null,
    mostPods: own.reduce((most, { ready }) => Math.max(most, ready), 0),
    podSeconds: toPodSeconds(own, plan),
    phases: toPhases(own, changes, plan),
    timeline: toMoments(own, plan),
  }
}

function toFailed(rows: readonly Sample[]): Partial<Record<Outcome, number>> {
  const failed: Partial<Record<Outcome, number>> = {}
  for (const { requests } of rows) {
    for (const [, , , outcome] of requests) {
      if (outcome !== undefined) failed[outcome] = (failed[outcome] ?? 0) + 1
    }
  }
  return failed
}

function toPodSeconds(rows: readonly Sample[], { points }: AutoscalingPlan): number {
  const end = points.at(-1)?.at ?? 0
  let [sum, last] = [0, 0]
  for (const row of rows) {
    const at = Math.min(row.at, end)
    sum += row.wanted * (at - last)
    last = at
  }
  return Math.round(sum)
}

function toPhases(
  rows: readonly Sample[],
  changes: readonly Change[],
  plan: AutoscalingPlan,
): readonly Phase[] {
  const end = plan.points.at(-1)?.at ?? 0
  const peakEnd = toPeak(plan).until
  const up = changes.filter(({ from, to, at }) => to > from && at < peakEnd)
  const first = up[0]?.at ?? peakEnd
  const whole = up.at(-1)?.readyAt ?? peakEnd
  const bounds = [0, first, Math.min(whole, peakEnd), peakEnd, end]
  const names = ['one pod', 'more pods come', 'all pods', 'after the peak'] as const
  const requests = rows.flatMap((row) => row.requests)
  return names.flatMap((name, index) => {
    const [from = 0, to = 0] = bounds.slice(index)
    if (to <= from) return []
    const own = requests.filter(([plannedAt]) => plannedAt >= from * 1000 && plannedAt < to * 1000)
    return [
      {
        ...{ name, from, to, requests: own.length },
        failed: countFailed(own),
        ...toQuantiles(own),
      },
    ]
  })
}

function toInvalidReasons(
  run: AutoscalingRun,
  columns: readonly AutoscalingColumn[],
): readonly string[] {
  const { failures, state, targets, plan } = run
  const [one, other] = targets
  const mismatches = one && other ? match(one, other).mismatches : []
  const found = columns.flatMap(({ target, failed, lag, mostPods }) => [
    ...((failed.wrong ?? 0) + (failed.garbage ?? 0) > 0
      ? [`${target}: answers under load were not those without`]
      : []),
    ...((failed.dropped ?? 0) > 0 ? [`${target}: not all of the load was sent`] : []),
    ...((lag ?? 0) > LATE
      ? [`${target}: the load generator came ${(lag ?? 0).toFixed(0)} ms late in 1 of 100 requests`]
      : []),
    ...(mostPods <= 1 && state === 'completed'
      ? [
          `${target}: it was never scaled: ${toPeak(plan).rate} requests a second are too few for it, see --peak`,
        ]
      : []),
  ])
  return [...failures, ...mismatches, ...toUnlike(run), ...found, ...ENDS[state]]
}

/** Autoscalers that are set differently, or otherwise than the plan says. */
function toUnlike({ autoscalers, plan }: AutoscalingRun): readonly string[] {
  const [first] = autoscalers
  const { scaleUp, scaleDown } = plan.stabilization
  return autoscalers.flatMap((autoscaler) => [
    ...FACTS.filter((fact) => autoscaler[fact] !== first?.[fact]).map(
      (fact) =>
        `the autoscalers do not match: ${fact} is ${autoscaler[fact]} of ${autoscaler.target} and ${first?.[fact]} of ${first?.target}`,
    ),
    ...(autoscaler.scaleUpWindow === scaleUp && autoscaler.scaleDownWindow === scaleDown
      ? []
      : [
          `the autoscaler of ${autoscaler.target} follows after ${autoscaler.scaleUpWindow} and ${autoscaler.scaleDownWindow} s, not after ${scaleUp} and ${scaleDown}`,
        ]),
  ])
}

const FACTS = [
  'minReplicas',
  'maxReplicas',
  'targetUtilization',
  'requestedCores',
  'limitCores',
] as const
