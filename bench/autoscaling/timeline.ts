import { toRate } from '../load/arrivals'
import { nearestRank } from '../statistics/quantile'
import { toCores } from './cores'
import type { AutoscalingPlan, RequestSample, Sample } from './run'

/** What was offered, what there was, and what users waited for, from one moment to the next. */
export interface Moment {
  /** Its end, s since the load's start. */
  readonly at: number
  /** Requests a second. */
  readonly offered: number
  readonly answered: number
  readonly failed: number
  readonly wanted: number
  readonly ready: number
  /** Of all pods, CPU seconds a second; null where the kubelet does not say. */
  readonly cores: number | null
  readonly memoryBytes: number | null
  /** Of right answers, ms; null: none. */
  readonly p50: number | null
  readonly p90: number | null
}

/** The autoscaler wants other pods than before. */
export interface Change {
  readonly from: number
  readonly to: number
  /** s since the load's start, to the next sample. */
  readonly at: number
  /** When so many were ready; null: never, or gone again before. */
  readonly readyAt: number | null
  /** Requests a second that were offered by then. */
  readonly offered: number
  /** What the autoscaler saw, percent. */
  readonly utilization: number | null
}

/** So many moments, however long it lasts. */
const MOST_MOMENTS = 120

/** The rows of a twin, together where they are many. */
export function toMoments(rows: readonly Sample[], plan: AutoscalingPlan): readonly Moment[] {
  const size = Math.max(1, Math.ceil(rows.length / MOST_MOMENTS))
  const coresAt = toCores(rows)
  const moments: Moment[] = []
  for (let from = 0; from < rows.length; from += size) {
    const before = rows[from - 1]
    const part = rows.slice(from, from + size)
    const last = part.at(-1)
    if (last === undefined) break
    moments.push({ ...toMoment(before, part, last, plan), cores: coresAt(last.at) })
  }
  return moments
}

function toMoment(
  before: Sample | undefined,
  part: readonly Sample[],
  last: Sample,
  { points }: AutoscalingPlan,
): Omit<Moment, 'cores'> {
  const seconds = last.at - (before?.at ?? 0)
  const requests = part.flatMap((row) => row.requests)
  const failed = countFailed(requests)
  return {
    at: last.at,
    // In its middle, as `answered` is of the whole.
    offered: round(toRate(points, last.at - seconds / 2)),
    answered: round((requests.length - failed) / seconds),
    failed,
    wanted: last.wanted,
    ready: last.ready,
    memoryBytes: sumOfKnown(last.pods.map(({ memoryBytes }) => memoryBytes)),
    ...toQuantiles(requests),
  }
}

const toTimes = (requests: readonly RequestSample[]): readonly number[] =>
  requests.flatMap(([, , took, outcome]) => (outcome === undefined && took !== null ? [took] : []))

/** Requests that were not answered right. */
export const countFailed = (requests: readonly RequestSample[]): number =>
  requests.length - toTimes(requests).length

/** Of the response times of right answers, ms; null: there is none. */
export function toQuantiles(requests: readonly RequestSample[]): Pick<Moment, 'p50' | 'p90'> {
  const times = toTimes(requests).toSorted((one, other) => one - other)
  if (times.length === 0) return { p50: null, p90: null }
  return { p50: nearestRank(times, 0.5), p90: nearestRank(times, 0.9) }
}

/** The sum of those that are known; null: none is. */
function sumOfKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0)
}

/** Whenever the number of wanted pods is another than in the row before. */
export function toChanges(
  rows: readonly Sample[],
  { points }: Pick<AutoscalingPlan, 'points'>,
): readonly Change[] {
  return rows.flatMap((row, index) => {
    const before = rows[index - 1]
    if (before === undefined || before.wanted === row.wanted) return []
    const later = rows.slice(index)
    const until = later.findIndex(({ wanted }) => wanted !== row.wanted)
    const same = until === -1 ? later : later.slice(0, until)
    return [
      {
        ...{ from: before.wanted, to: row.wanted, at: row.at },
        readyAt: same.find(({ ready }) => ready === row.wanted)?.at ?? null,
        offered: round(toRate(points, row.at)),
        utilization: before.utilization,
      },
    ]
  })
}

/** To a thousandth. */
const round = (value: number): number => Math.round(value * 1000) / 1000
