import type { Comparison } from '../report/report'
import { toEstimated, type Estimated } from './estimated'
import type { Gate } from './gate'
import { holm } from './holm'
import { LEVEL, toReach } from './interval'
import type { Values } from './quantile'
import { studentCdf } from './student'
import { judge, type Corrected, type Rules, type Tested } from './verdict'

// Who compares also needs the gates.
export { AA_GATE, toGate, toResolution, type Gate } from './gate'

/** No verdict is given with fewer. */
export const MINIMUM_BLOCKS = 10

/** A metric of a pair at one concurrency. */
export interface Level extends Gate {
  readonly concurrency: number
  /** Natural logarithms of a / b, one a block. */
  readonly logRatios: Values
}

/** What is left out has a default. */
export type CompareOptions = Partial<Rules>

export type ComparedLevel = Pick<
  Comparison,
  'concurrency' | 'blocks' | 'ratio' | 'lower' | 'upper' | 'verdict' | 'reason'
>

/**
 * The natural logarithms of a / b, block by block.
 *
 * @throws RangeError unless there are as many of a as of b, all positive and finite
 */
export function toLogRatios(a: readonly number[], b: readonly number[]): number[] {
  if (a.length !== b.length) throw new RangeError(`${a.length} and ${b.length} make no pairs`)
  return a.map((value, at) => toLogarithm(value) - toLogarithm(b[at] ?? NaN))
}

function toLogarithm(value: number): number {
  if (value > 0 && value < Infinity) return Math.log(value)
  throw new RangeError(`${value} has no ratio`)
}

/**
 * What one metric of one pair is at each concurrency: the ratio (geometric mean over blocks), its
 * Student t interval at `level`, not corrected for several concurrencies, and a verdict that is.
 *
 * `equivalent`: the interval is inside the margin, which is the same as two one-sided t tests at
 * (1 - level) / 2 each (Schuirmann 1987); else `slower` or `faster`: the two-sided t test rejects 1
 * at 1 - level; either by Holm's correction over the levels with enough blocks. Else `undecided`,
 * with a reason. Where A/A resolves less than the margin, or nothing, what would be equivalent is
 * undecided, and where A/A raises an alarm, all is.
 *
 * Of simulated A/A comparisons at 4 concurrencies, 4.8 % with 10 blocks and 5.0 % with 20 say
 * slower or faster anywhere when noise is normal, and 3.4 and 4.1 % when the times' noise is skewed
 * (skewness 2.3), as it cancels in a ratio of equals. Of unequals it need not: log-ratios that are
 * skewed themselves (skewness 0.95) reach 7.5 and 6.8 %.
 *
 * An A/A comparison itself is made by this function too, with `AA_GATE` at all levels.
 *
 * @throws RangeError when a log-ratio is not finite
 */
export function compareLevels(
  levels: readonly Level[],
  options: CompareOptions = {},
): ComparedLevel[] {
  const estimates = levels.map(({ logRatios, resolution, alarm }) => {
    return { estimate: toEstimated(logRatios), resolution, alarm }
  })
  return compareEstimates(estimates, options).map((compared, at) => {
    const { concurrency, logRatios } = levels[at] ?? { concurrency: NaN, logRatios: [] }
    return { concurrency, ...compared, blocks: logRatios.length }
  })
}

/** The natural logarithm of a ratio at one of several levels; null: there is none. */
export interface EstimatedLevel extends Gate {
  readonly estimate: Estimated | null
}

/** The same of ratios that were estimated in whatever way: `compareLevels` for what has been made of blocks before. */
export function compareEstimates(
  levels: readonly EstimatedLevel[],
  options: CompareOptions = {},
): Omit<ComparedLevel, 'concurrency'>[] {
  const { more = 'slower', margin = 0.05, level = LEVEL } = options
  const { minimumBlocks = MINIMUM_BLOCKS } = options
  const rules = { more, margin, level, minimumBlocks }
  const tests = correct(levels.map(({ estimate }) => test(estimate, rules)))
  return levels.map((each, at) => ({
    blocks: each.estimate?.blocks ?? 0,
    ...toRatio(each.estimate, level),
    ...judge(each, each.estimate, tests[at] ?? null, rules),
  }))
}

function toRatio(
  estimate: Estimated | null,
  level: number,
): Pick<ComparedLevel, 'ratio' | 'lower' | 'upper'> {
  if (estimate === null) return { ratio: null, lower: null, upper: null }
  const { value, spread, root, degrees } = estimate
  const ratio = Math.exp(value)
  if (degrees === null) return { ratio, lower: null, upper: null }
  const reach = (toReach(level, degrees) * spread) / root
  return { ratio, lower: Math.exp(value - reach), upper: Math.exp(value + reach) }
}

/** Null where there are too few blocks for a verdict. */
function test(estimate: Estimated | null, { margin, minimumBlocks }: Rules): Tested | null {
  if (estimate?.degrees == null || estimate.blocks < minimumBlocks) return null
  const { value } = estimate
  return {
    equivalence: Math.max(
      tail(value - Math.log(1 - margin), estimate),
      tail(Math.log(1 + margin) - value, estimate),
    ),
    difference: toDifference(estimate),
  }
}

/** The p-value of "the ratio is 1", two-sided; 1 where there are too few blocks to say. */
export function toDifference(estimate: Estimated): number {
  const { value, degrees } = estimate
  return value === 0 || degrees === null ? 1 : 2 * tail(Math.abs(value), estimate)
}

/** The p-value of a mean that lies so far beyond what the hypothesis says. */
function tail(distance: number, { spread, root, degrees }: Estimated): number {
  // Without any variance the mean is known.
  if (spread === 0) return distance >= 0 ? 0 : 1
  return studentCdf((-distance * root) / spread, degrees ?? NaN)
}

function correct(tests: readonly (Tested | null)[]): (Corrected | null)[] {
  const tested = tests.filter((each) => each !== null)
  const equivalence = holm(tested.map((each) => each.equivalence)).values()
  const difference = holm(tested.map((each) => each.difference)).values()
  return tests.map((raw) => {
    if (raw === null) return null
    return {
      raw,
      equivalence: equivalence.next().value ?? 1,
      difference: difference.next().value ?? 1,
      levels: tested.length,
    }
  })
}
