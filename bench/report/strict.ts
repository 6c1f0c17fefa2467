import type { RawRun } from '../read-run'
import { MINIMUM_BLOCKS } from '../statistics/comparison'
import type { Condition, OpenCondition, Summary } from './report'
import { toLine } from './format'

interface Found {
  readonly conditions: readonly Condition[]
  readonly openLoop: readonly OpenCondition[] | undefined
}

const QUANTILES = ['p50', 'p90', 'p99'] as const

/** What makes a run INVALID that asked for --strict: every warning, and what there are too few samples for. */
export function toStrictReasons(
  { run }: RawRun,
  { conditions, openLoop = [] }: Found,
  warnings: readonly string[],
): readonly string[] {
  const { blocks, comparisons } = run.plan
  const isJudged = run.plan.openLoop === undefined && comparisons.length > 0
  return [
    ...warnings,
    ...(isJudged && blocks < MINIMUM_BLOCKS
      ? [`a verdict needs ${MINIMUM_BLOCKS} blocks, there are ${blocks}`]
      : []),
    ...[...conditions, ...openLoop].flatMap(({ target, workload, responseTime }) => {
      const level = workload.kind === 'open-loop' ? workload.rate : workload.concurrency
      return toMissing(responseTime).map((why) => `${toLine(target)} at ${level}: ${why}`)
    }),
  ].map((reason) => `${reason} (--strict)`)
}

const toMissing = (summary: Summary): readonly string[] =>
  QUANTILES.flatMap((name) => {
    const estimate = summary[name]
    return estimate.value === null ? [estimate.reason] : []
  })
