import { DEFAULT_PRICES } from '../cost/prices'
import type { Prices } from '../cost/prices'
import type { RawRun } from '../read-run'
import { toAdvice } from './advice'
import { toCapacities } from './capacity'
import { toComparisons, toPower, toRunResolution } from './comparisons'
import { toDistribution } from './conditions'
import { toCost } from './cost'
import { toPaperExperiment } from './paper-experiment'
import { toReduced } from './reduced'
import type { Distribution, Report } from './report'
import { toShims } from './shims'

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
  const { cells, conditions, openLoop, aa, cpuChecks, ...judged } = toReduced(raw)
  const capacities = toCapacities(raw)
  const shims = toShims(raw)
  const cost = toCost(raw, { conditions, cpuChecks }, prices)
  const findings = {
    version: 1,
    ...judged,
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
    ...(capacities && { capacities }),
    ...(shims && { shims }),
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
