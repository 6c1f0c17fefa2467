import type { MeasuredTrial } from '../read-run'
import { countRight } from '../report/cells'
import { toMetricValue } from '../report/metric-value'
import type { MetricValue } from '../report/metric-value'
import { METRICS } from '../report/report'
import type { Metric } from '../report/report'
import { isDouble } from '../report/targets'
import type { EstimatedLevel } from '../statistics/comparison'
import { toEstimatedDifference } from '../statistics/estimated'
import type { ToGate } from './gates'
import { judgeLevels } from './judge-levels'
import type { Judged } from './judge-levels'
import type { TargetChange } from './report'
import { toTrials } from './trials'
import type { LevelKind, Runs } from './trials'

/** With what it was judged by. */
export interface Compared extends Pick<Judged, 'estimate'> {
  readonly change: TargetChange
}

/** A target in the later run over itself in the base; of targets and levels that both have. */
export function toTargetChanges(runs: Runs, kind: LevelKind, toGate: ToGate): readonly Compared[] {
  const [base, later] = runs
  const names = base.run.targets
    .map(({ name }) => name)
    .filter((name) => later.run.targets.some((target) => target.name === name))
    .filter((name) => !isDouble(base.run.plan, name))
  return names.flatMap((target) => {
    const [before, after] = runs.map((raw) => toTrials(raw, target, kind)) as [
      ReturnType<typeof toTrials>,
      ReturnType<typeof toTrials>,
    ]
    const levels = [...before.keys()].filter((level) => after.has(level)).sort((a, b) => a - b)
    return METRICS.flatMap((metric) => {
      const sides = levels.map((level) => ({
        before: toValues(before.get(level) ?? [], metric, kind),
        after: toValues(after.get(level) ?? [], metric, kind),
      }))
      const estimated = sides.map((side, at): EstimatedLevel => ({
        estimate: toEstimatedDifference(side.after.logarithms, side.before.logarithms),
        ...toGate(metric, levels[at] ?? 0),
      }))
      return judgeLevels(estimated, levels, metric, (at) => {
        const { before: one, after: other } = sides[at] ?? {}
        return one?.missing ?? other?.missing
      }).map(({ change, estimate }) => ({ change: { target, ...change }, estimate }))
    })
  })
}

interface Values {
  readonly logarithms: readonly number[]
  /** Why a block has no value. */
  readonly missing: string | undefined
}

function toValues(trials: readonly MeasuredTrial[], metric: Metric, kind: LevelKind): Values {
  const isGoodput = kind === 'rate' && metric === 'throughput'
  const values = trials.map((trial) =>
    isGoodput ? toGoodput(trial) : toMetricValue(trial, metric),
  )
  return {
    logarithms: values.flatMap((value) => (typeof value === 'number' ? [Math.log(value)] : [])),
    missing: values.find((value) => typeof value === 'object')?.missing,
  }
}

/** Right answers a second: where more is offered than can be answered, a target refuses, which answers nobody. */
const toGoodput = (trial: MeasuredTrial): MetricValue => {
  const value = countRight(trial) / (trial.duration / 1000)
  return value > 0 ? value : { missing: 'nothing was answered right' }
}
