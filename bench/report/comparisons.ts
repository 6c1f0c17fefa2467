import type { Pair } from '../run'
import { AA_GATE, compareLevels, toGate, toLogRatios, toResolution } from '../statistics/comparison'
import type { Gate } from '../statistics/comparison'
import { toMoments } from '../statistics/moments'
import { findBlocksNeeded, simulatePower } from '../statistics/power'
import type { Cell } from './cells'
import { toMetricValue } from './metric-value'
import { METRICS } from './report'
import type { Comparison, Metric, Power } from './report'

/** Both sides' values of the blocks that have both. */
interface Paired {
  readonly concurrency: number
  readonly a: readonly number[]
  readonly b: readonly number[]
  /** Why a block has no pair of values; undefined: all have. */
  readonly missing: string | undefined
}

/**
 * Compares a pair's metrics at every level, block by block.
 *
 * @param aa the A/A comparisons, which decide what may be said; undefined where the pair itself is the A/A comparison
 */
export function toComparisons(
  cells: readonly Cell[],
  pair: Pair,
  aa: readonly Comparison[] | undefined,
): readonly Comparison[] {
  return METRICS.flatMap((metric) => {
    const levels = pairUp(cells, pair, metric)
    const compared = compareLevels(
      levels.map(({ concurrency, a, b }) => ({
        concurrency,
        logRatios: toLogRatios(a, b),
        ...findGate(aa, metric, concurrency),
      })),
      { more: metric === 'throughput' ? 'faster' : 'slower' },
    )
    return compared.map((level, index): Comparison => {
      const missing = level.ratio === null ? levels[index]?.missing : undefined
      return { ...pair, metric, ...level, ...(missing === undefined ? {} : { reason: missing }) }
    })
  })
}

function findGate(
  aa: readonly Comparison[] | undefined,
  metric: Metric,
  concurrency: number,
): Gate {
  if (aa === undefined) return AA_GATE
  const own = aa.find((each) => each.metric === metric && each.concurrency === concurrency)
  return toGate(own ?? null)
}

function pairUp(cells: readonly Cell[], { a, b }: Pair, metric: Metric): Paired[] {
  return cells
    .filter(({ target }) => target === a)
    .map(({ concurrency, trials }) => {
      const others = cells.find((cell) => cell.target === b && cell.concurrency === concurrency)
      const pairs = [...trials].flatMap(([block, trial]) => {
        const other = others?.trials.get(block)
        return other === undefined
          ? []
          : [[toMetricValue(trial, metric), toMetricValue(other, metric)]]
      })
      const known = pairs.filter((pair): pair is [number, number] =>
        pair.every((value) => typeof value === 'number'),
      )
      const missing = pairs.flat().find((value) => typeof value === 'object')
      return {
        concurrency,
        a: known.map(([value]) => value),
        b: known.map(([, value]) => value),
        missing: missing?.missing,
      }
    })
}

/** The farthest from 1 that A/A's median response time reaches at any level; null without A/A. */
export function toRunResolution(aa: readonly Comparison[]): number | null {
  const resolutions = aa
    .filter(({ metric }) => metric === 'responseTime.p50')
    .map((comparison) => toResolution(comparison))
  const known = resolutions.filter((resolution) => resolution !== null)
  return known.length === 0 || known.length < resolutions.length ? null : Math.max(...known)
}

/** What the pair's median response times let the run tell, and how many blocks would tell enough. */
export function toPower(cells: readonly Cell[], pair: Pair, seed: number): readonly Power[] {
  const levels = pairUp(cells, pair, 'responseTime.p50').filter(({ a }) => a.length >= 2)
  const blocks = Math.min(...levels.map(({ a }) => a.length))
  const standardDeviations = levels.map(
    ({ a, b }) => toMoments(toLogRatios(a, b)).standardDeviation,
  )
  const options = { standardDeviations, blocks, seed }
  if (levels.length === 0) return []
  const powers = simulatePower(options)
  const needed = findBlocksNeeded(options)
  return levels.map(({ concurrency }, index) => ({
    ...pair,
    concurrency,
    blocks,
    standardDeviation: standardDeviations[index] ?? 0,
    slowerAt10Percent: powers[index]?.slowerAt10Percent ?? 0,
    equivalentAt0Percent: powers[index]?.equivalentAt0Percent ?? 0,
    blocksNeeded: needed[index] ?? null,
  }))
}
