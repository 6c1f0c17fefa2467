import type { RawRun } from '../read-run'
import { toCells } from './cells'
import type { Cell } from './cells'
import { toCheckedCpu } from './checked-cpu'
import { toComparisons } from './comparisons'
import { toCondition } from './conditions'
import { toOpenConditions } from './open-loop'
import type { CheckedCpu, Comparison, Condition, OpenCondition } from './report'
import { toStrictReasons } from './strict'
import { toInvalidReasons, toWarnings } from './validity'

/** What the rows of a run say, and whether that may be trusted, before anything is concluded from it. */
export interface Reduced {
  readonly cells: readonly Cell[]
  readonly conditions: readonly Condition[]
  readonly openLoop: readonly OpenCondition[] | undefined
  readonly aa: readonly Comparison[]
  readonly cpuChecks: readonly CheckedCpu[] | undefined
  readonly valid: boolean
  readonly invalidReasons: readonly string[]
  readonly warnings: readonly string[]
}

export function toReduced(raw: RawRun): Reduced {
  const { plan } = raw.run
  const cells = toCells(raw)
  const conditions = cells.filter(({ trials }) => trials.size > 0).map(toCondition)
  const openLoop = toOpenConditions(raw)
  const aa = plan.aa === null ? [] : toComparisons(cells, plan.aa, undefined)
  const cpuChecks = toCheckedCpu(raw)
  const found = { conditions, openLoop, aa, cpuChecks }
  const warnings = toWarnings(raw, found)
  const reasons = toInvalidReasons(raw, conditions, openLoop)
  const isStrict = plan.strict === true
  const invalidReasons = isStrict ? [...reasons, ...toStrictReasons(raw, found, warnings)] : reasons
  return {
    ...{ cells, ...found },
    valid: invalidReasons.length === 0,
    invalidReasons,
    warnings: isStrict ? [] : warnings,
  }
}
