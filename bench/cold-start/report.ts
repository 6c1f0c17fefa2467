import { match } from '../matching'
import type { Environment } from '../environment'
import { COMPARISONS, AA } from '../clusters/compared'
import { ENDS } from '../report/validity'
import type { ClusterFacts, Pair, TargetFacts } from '../run'
import { AA_GATE, compareLevels, toGate, toLogRatios } from '../statistics/comparison'
import type { ComparedLevel, Gate } from '../statistics/comparison'
import { medianInterval } from '../statistics/median'
import { STAGES, toStages } from './cold-start'
import type { ColdStart, Stage } from './cold-start'
import type { ColdStartRun, RawColdStarts } from './run'

/** report.json of cold starts. Times are ms. */
export interface ColdStartReport {
  readonly version: 1
  readonly valid: boolean
  readonly invalidReasons: readonly string[]
  readonly plan: ColdStartRun['plan']
  readonly environment: Environment
  readonly targets: readonly TargetFacts[]
  readonly clusters: readonly ClusterFacts[]
  readonly columns: readonly ColdStartColumn[]
  /** Of the whole; a / b. */
  readonly comparisons: readonly (Pair & ComparedLevel)[]
  readonly aa: Pair & ComparedLevel
}

/** One target's cold starts. */
export interface ColdStartColumn {
  readonly target: string
  readonly starts: number
  /** Starts that could not be used, and why. */
  readonly dropped: readonly string[]
  /** From scaling to the first answer. */
  readonly total: Median | null
  /** From the start of the pod's program to the first answer, routing included. */
  readonly programToAnswer: Median | null
  readonly stages: Readonly<Record<Stage, Median>> | null
}

/** With its interval (95 %); null with fewer than six values. */
export interface Median {
  readonly value: number
  readonly lower: number | null
  readonly upper: number | null
}

/** Everything that is said of cold starts, of raw rows alone. */
export function toColdStartReport({
  run,
  environment,
  rows: starts,
}: RawColdStarts): ColdStartReport {
  const names = run.targets.map(({ name }) => name)
  const invalidReasons = toInvalidReasons(run, names, starts)
  const [aa] = compare(starts, [AA], AA_GATE)
  if (aa === undefined) throw new Error('there is no A/A')
  return {
    version: 1,
    valid: invalidReasons.length === 0,
    invalidReasons,
    plan: run.plan,
    environment,
    targets: run.targets,
    clusters: run.clusters,
    columns: names.map((target) => toColumn(target, starts)),
    comparisons: compare(starts, COMPARISONS, toGate(aa)),
    aa,
  }
}

function toInvalidReasons(
  { failures, state, plan, targets }: ColdStartRun,
  names: readonly string[],
  starts: readonly ColdStart[],
): readonly string[] {
  const mismatches = COMPARISONS.flatMap(({ a, b }) => {
    const [one, other] = [a, b].map((name) => targets.find((target) => target.name === name))
    return one && other ? match(one, other).mismatches : []
  })
  // Of few, which are left is chance.
  const few = names.flatMap((name) => {
    const usable = toUsable(name, starts).length
    return usable * 2 < plan.samples
      ? [`${name}: only ${usable} of ${plan.samples} starts can be used`]
      : []
  })
  const dropped = names.flatMap((name) => {
    const own = starts.filter(({ target }) => target === name)
    const reasons = own.flatMap(({ dropped: reason }) => reason ?? [])
    const [first] = reasons
    return plan.strict !== true || first === undefined
      ? []
      : [
          `${name}: ${reasons.length} of its starts cannot be used, the first as ${first} (--strict)`,
        ]
  })
  return [...failures, ...mismatches, ...few, ...dropped, ...ENDS[state]]
}

const toUsable = (name: string, starts: readonly ColdStart[]): readonly ColdStart[] =>
  starts.filter(({ target, dropped }) => target === name && dropped === undefined)

function toColumn(target: string, starts: readonly ColdStart[]): ColdStartColumn {
  const own = starts.filter((start) => start.target === target)
  const usable = toUsable(target, starts)
  const stages = usable.flatMap((start) => toStages(start) ?? [])
  const isEmpty = stages.length === 0
  return {
    target,
    starts: usable.length,
    dropped: own.flatMap(({ dropped }) => dropped ?? []),
    total: isEmpty ? null : toMedian(usable.map(({ answeredAfter }) => answeredAfter)),
    programToAnswer: isEmpty
      ? null
      : toMedian(
          stages.map(
            ({ runtime, model, routing, firstPrediction }) =>
              runtime + model + routing + firstPrediction,
          ),
        ),
    stages: isEmpty
      ? null
      : (Object.fromEntries(
          STAGES.map((stage) => [stage, toMedian(stages.map((each) => each[stage]))]),
        ) as Record<Stage, Median>),
  }
}

function toMedian(values: readonly number[]): Median {
  const { value, lower, upper } = medianInterval(values)
  return { value, lower: lower ?? null, upper: upper ?? null }
}

/** Of blocks in which both could be used. */
function compare(
  starts: readonly ColdStart[],
  pairs: readonly Pair[],
  gate: Gate,
): readonly (Pair & ComparedLevel)[] {
  return pairs.flatMap((pair) => {
    const others = new Map(toUsable(pair.b, starts).map((start) => [start.block, start]))
    const both = toUsable(pair.a, starts).flatMap((start) => {
      const other = others.get(start.block)
      return other === undefined ? [] : [[start.answeredAfter, other.answeredAfter] as const]
    })
    const logRatios = toLogRatios(
      both.map(([value]) => value),
      both.map(([, value]) => value),
    )
    const level = { concurrency: 1, logRatios, ...gate }
    return compareLevels([level]).map((compared) => ({ ...pair, ...compared }))
  })
}
