import type { RawRun } from '../read-run'
import { toAdvice } from './advice'
import { toCells } from './cells'
import { toComparisons, toPower, toRunResolution } from './comparisons'
import { toCondition, toDistribution } from './conditions'
import { toPaperExperiment } from './paper-experiment'
import type { Distribution, Report } from './report'
import { toInvalidReasons, toWarnings } from './validity'

/** Everything a report says, of raw rows alone: the same rows give the same report. */
export function toReport(raw: RawRun): {
  readonly report: Report
  readonly distributions: readonly Distribution[]
} {
  const { run, environment } = raw
  const { seed, profile, ...plan } = run.plan
  const cells = toCells(raw)
  const conditions = cells.filter(({ trials }) => trials.size > 0).map(toCondition)
  const aa = plan.aa === null ? [] : toComparisons(cells, plan.aa, undefined)
  const invalidReasons = toInvalidReasons(raw)
  const findings = {
    version: 1,
    valid: invalidReasons.length === 0,
    invalidReasons,
    warnings: toWarnings(raw, { conditions, aa }),
    resolution: toRunResolution(aa),
    seed,
    profile,
    environment,
    plan,
    targets: run.targets,
    ...(run.clusters && { clusters: run.clusters }),
    warmUps: run.warmUps,
    conditions,
    comparisons: plan.comparisons.flatMap((pair) => toComparisons(cells, pair, aa)),
    aa,
    power: plan.comparisons.flatMap((pair) => toPower(cells, pair, seed)),
    paper: toPaperExperiment(raw),
  } as const
  return {
    report: { ...findings, advice: toAdvice(findings) },
    distributions: cells.flatMap((cell) => toDistribution(cell) ?? []),
  }
}
