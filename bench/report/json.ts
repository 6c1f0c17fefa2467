import { DEFAULT_PRICES } from '../cost/prices'
import type { Prices } from '../cost/prices'
import type { RawRun } from '../read-run'
import { toAdvice } from './advice'
import { toCells } from './cells'
import { toCheckedCpu } from './checked-cpu'
import { toComparisons, toPower, toRunResolution } from './comparisons'
import { toCondition, toDistribution } from './conditions'
import { toCost } from './cost'
import { toOpenConditions } from './open-loop'
import { toPaperExperiment } from './paper-experiment'
import type { Distribution, Report } from './report'
import { toInvalidReasons, toWarnings } from './validity'

/** Everything a report says, of raw rows and prices alone: the same rows and prices give the same report. */
export function toReport(
  raw: RawRun,
  prices: Prices = DEFAULT_PRICES,
): {
  readonly report: Report
  readonly distributions: readonly Distribution[]
} {
  const { run, environment } = raw
  const { seed, profile, ...plan } = run.plan
  const cells = toCells(raw)
  const conditions = cells.filter(({ trials }) => trials.size > 0).map(toCondition)
  const aa = plan.aa === null ? [] : toComparisons(cells, plan.aa, undefined)
  const openLoop = toOpenConditions(raw)
  const cpuChecks = toCheckedCpu(raw)
  const cost = toCost(raw, { conditions, cpuChecks }, prices)
  const invalidReasons = toInvalidReasons(raw, openLoop)
  const findings = {
    version: 1,
    valid: invalidReasons.length === 0,
    invalidReasons,
    warnings: toWarnings(raw, { conditions, openLoop, aa, cpuChecks }),
    resolution: toRunResolution(aa),
    seed,
    profile,
    environment,
    plan,
    targets: run.targets,
    ...(run.clusters && { clusters: run.clusters }),
    warmUps: run.warmUps,
    ...(cpuChecks && { cpuChecks }),
    conditions,
    ...(openLoop && { openLoop }),
    comparisons: plan.comparisons.flatMap((pair) => toComparisons(cells, pair, aa)),
    aa,
    power: plan.comparisons.flatMap((pair) => toPower(cells, pair, seed)),
    paper: toPaperExperiment(raw),
    ...(cost && { cost }),
  } as const
  return {
    report: { ...findings, advice: toAdvice(findings) },
    distributions: cells.flatMap((cell) => toDistribution(cell) ?? []),
  }
}
