import type { Estimate, Summary } from '../report/report'
import { LEVEL, toReach } from './interval'
import { minimumSamples, nearestRank, type Values } from './quantile'

const QUANTILES = [
  { name: 'p50', share: 0.5, minimum: minimumSamples(0.5) },
  { name: 'p90', share: 0.9, minimum: minimumSamples(0.9) },
  { name: 'p99', share: 0.99, minimum: minimumSamples(0.99) },
] as const

/** A pool is the values of all blocks together, ascending. */
interface Pool {
  readonly blocks: readonly Values[]
  readonly sorted: Float64Array
  /** Standard errors that an interval reaches to either side; null with one block. */
  readonly reach: number | null
}

/**
 * Mean, p50, p90 and p99 of the pooled values of all blocks, in their unit, with intervals over
 * blocks. Blocks may differ in size; those without a value do not count. A quantile of fewer values
 * than `minimumSamples` says is not given, nor is an interval of a single block.
 *
 * The mean's interval is Student's t with the standard error of a ratio of block totals (Cochran,
 * Sampling Techniques, chapter 6), which for blocks of one size is the t interval of their means.
 *
 * A quantile's interval is Woodruff's (JASA 47, 1952, 635-646): the standard error of the share of
 * values up to the quantile, over blocks, tells between which ranks the true quantile lies, and the
 * interval's ends are the values at these ranks. It needs no scale: it follows any rising
 * transformation of the values. An interval that reaches beyond the last rank ends at the largest
 * value.
 *
 * What the 95 % intervals cover, simulated with lognormal times (sigma 0.3) of blocks of 70 that
 * differ as a whole (sigma 0.05): mean 95.1 %, p50 95.2 %, p90 95.3 %, p99 94.5 % with 10 blocks;
 * 95.4, 94.7, 95.2 and 96.0 % with 20. Worst is the p99 of few blocks that differ much (sigma 0.15):
 * 91.7 % with 10, 93.5 % with 20. A jackknife over blocks covered 83 % at the p99 of 10 blocks of 70
 * and 92.5 % at their p90, on a linear scale as on a logarithmic one.
 *
 * @throws RangeError when a value is not finite
 */
export function summarise(blocks: readonly Values[], level = LEVEL): Summary {
  const pool = toPool(blocks, level)
  const [p50, p90, p99] = QUANTILES
  return {
    mean: estimateMean(pool),
    p50: estimateQuantile(pool, p50),
    p90: estimateQuantile(pool, p90),
    p99: estimateQuantile(pool, p99),
  }
}

function toPool(all: readonly Values[], level: number): Pool {
  const blocks = all.filter(({ length }) => length > 0)
  const sorted = new Float64Array(sum(blocks.map(({ length }) => length)))
  let filled = 0
  for (const block of blocks) {
    sorted.set(block, filled)
    filled += block.length
  }
  sorted.sort()
  // Sorting brings what is not finite to the ends.
  if (!Number.isFinite(sorted.at(0) ?? 0) || !Number.isFinite(sorted.at(-1) ?? 0)) {
    throw new RangeError('A value is not finite')
  }
  return { blocks, sorted, reach: blocks.length < 2 ? null : toReach(level, blocks.length - 1) }
}

function estimateMean({ blocks, sorted, reach }: Pool): Estimate {
  if (sorted.length === 0) return without('nothing was measured')
  const totals = blocks.map((block) => sum(block))
  const value = sum(totals) / sorted.length
  if (reach === null) return withoutInterval(value)
  const distance = reach * standardError(blocks, totals)
  return { value, lower: value - distance, upper: value + distance }
}

function estimateQuantile(
  { blocks, sorted, reach }: Pool,
  { name, share, minimum }: (typeof QUANTILES)[number],
): Estimate {
  if (sorted.length === 0) return without('nothing was measured')
  if (sorted.length < minimum) {
    return without(`n too small: ${name} needs ${minimum}, there are ${sorted.length}`)
  }
  const value = nearestRank(sorted, share)
  if (reach === null) return withoutInterval(value)
  const counts = blocks.map((block) => countUpTo(block, value))
  const distance = reach * standardError(blocks, counts)
  return {
    value,
    lower: nearestRank(sorted, Math.max(0, share - distance)),
    upper: nearestRank(sorted, Math.min(1, share + distance)),
  }
}

/** Of sum(totals) / sum(sizes), which is a mean or a share, when blocks are what is independent. */
function standardError(blocks: readonly Values[], totals: readonly number[]): number {
  const size = sum(blocks.map(({ length }) => length))
  const ratio = sum(totals) / size
  const squares = blocks.map(({ length }, at) => ((totals[at] ?? 0) - ratio * length) ** 2)
  return Math.sqrt((sum(squares) * blocks.length) / (blocks.length - 1)) / size
}

function sum(values: Values): number {
  let total = 0
  for (const value of values) total += value
  return total
}

function countUpTo(block: Values, bound: number): number {
  let count = 0
  for (const value of block) if (value <= bound) count += 1
  return count
}

function without(reason: string): Estimate {
  return { value: null, lower: null, upper: null, reason }
}

function withoutInterval(value: number): Estimate {
  return { value, lower: null, upper: null, reason: 'one block has no interval' }
}
