import { createRandom } from '../random'
import { compareLevels, type ComparedLevel } from './comparison'
import { AA_GATE, toGate, type Gate } from './gate'
import { createNormal } from './normal'

export interface PowerOptions {
  /** Of the blocks' log-ratios, one a concurrency level; all levels are judged together. */
  readonly standardDeviations: readonly number[]
  readonly blocks: number
  readonly seed: number
  /** Simulated runs; 1000 tell a share of 90 % to +-2 %. */
  readonly runs?: number
}

/** Of one level: in which share of the simulated runs the right thing was said. */
export interface SimulatedPower {
  /** A true +10 % was called slower. */
  readonly slowerAt10Percent: number
  /** A true 0 % was called equivalent. */
  readonly equivalentAt0Percent: number
}

const RUNS = 1000
/** Numbers of blocks to try. */
const STEPS = [...steps(10, 40, 2), ...steps(45, 100, 5), ...steps(110, 200, 10)]
const ENOUGH = { slowerAt10Percent: 0.9, equivalentAt0Percent: 0.8 }
const SLOWER = Math.log(1.1)

/** Standard normal numbers of one level in one run, one a block: of a / b and of A/A. */
interface Noise {
  readonly pair: Float64Array
  readonly aa: Float64Array
}

/**
 * How often `compareLevels` comes to the right verdict at each level, with normal log-ratios of
 * these standard deviations. An A/A comparison of the same standard deviations is simulated beside
 * it, so its resolution and its false alarms cost power here as they do in a run.
 *
 * @throws RangeError unless the standard deviations are finite and not negative
 */
export function simulatePower(options: PowerOptions): SimulatedPower[] {
  const { standardDeviations, blocks, seed, runs = RUNS } = options
  requireDeviations(standardDeviations)
  const noise = createNoise(seed, { runs, levels: standardDeviations.length, most: blocks })
  return countVerdicts(noise(blocks), standardDeviations, blocks)
}

/**
 * The fewest blocks with which a level's power is enough: +10 % is called slower in >= 90 % of the
 * runs and 0 % equivalent in >= 80 %; null where 200 do not suffice. Tried are `blocks`, and 10 to
 * 200 in steps of 2 to 10, as a simulation tells no more: the answer is at most `blocks` exactly
 * where `simulatePower` of the same options is enough.
 *
 * @throws RangeError unless the standard deviations are finite and not negative
 */
export function findBlocksNeeded(options: PowerOptions): (number | null)[] {
  const { standardDeviations, blocks, seed, runs = RUNS } = options
  requireDeviations(standardDeviations)
  const counts = [...new Set([...STEPS, blocks])].sort((one, other) => one - other)
  const noise = createNoise(seed, {
    runs,
    levels: standardDeviations.length,
    most: Math.max(...counts),
  })
  const powers = new Map<number, readonly SimulatedPower[]>()
  const powerOf = (count: number): readonly SimulatedPower[] => {
    const power = powers.get(count) ?? countVerdicts(noise(count), standardDeviations, count)
    powers.set(count, power)
    return power
  }
  return standardDeviations.map((_, level) =>
    findFirst(counts, blocks, (count) => isEnough(powerOf(count)[level])),
  )
}

function steps(first: number, last: number, width: number): number[] {
  return Array.from({ length: (last - first) / width + 1 }, (_, step) => first + step * width)
}

function isEnough(power: SimulatedPower | undefined): boolean {
  if (power === undefined) return false
  return (
    power.slowerAt10Percent >= ENOUGH.slowerAt10Percent &&
    power.equivalentAt0Percent >= ENOUGH.equivalentAt0Percent
  )
}

/** The first of ascending counts that is enough, by halving from `start`, one of them, on. */
function findFirst(
  counts: readonly number[],
  start: number,
  enough: (count: number) => boolean,
): number | null {
  const at = counts.indexOf(start)
  let [low, high] = enough(start) ? [0, at] : [at + 1, counts.length]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (enough(counts[middle] ?? NaN)) high = middle
    else low = middle + 1
  }
  return counts[low] ?? null
}

/**
 * Draws block by block, and only as many as are asked for: the noise of fewer blocks is the first
 * part of that of more, so numbers of blocks are compared in the same runs.
 */
function createNoise(
  seed: number,
  { runs, levels, most }: { readonly runs: number; readonly levels: number; readonly most: number },
): (blocks: number) => readonly (readonly Noise[])[] {
  const normal = createNormal(createRandom(seed))
  const drawn = Array.from({ length: runs }, () =>
    Array.from({ length: levels }, () => ({
      pair: new Float64Array(most),
      aa: new Float64Array(most),
    })),
  )
  const all = drawn.flat()
  let filled = 0
  return (blocks) => {
    for (; filled < blocks; filled++) {
      for (const { pair, aa } of all) {
        pair[filled] = normal()
        aa[filled] = normal()
      }
    }
    return drawn
  }
}

function requireDeviations(standardDeviations: readonly number[]): void {
  for (const deviation of standardDeviations) {
    if (deviation >= 0 && deviation < Infinity) continue
    throw new RangeError(`${deviation} is not a standard deviation`)
  }
}

function countVerdicts(
  noise: readonly (readonly Noise[])[],
  standardDeviations: readonly number[],
  blocks: number,
): SimulatedPower[] {
  const counts = standardDeviations.map(() => ({ slower: 0, equivalent: 0 }))
  for (const run of noise) {
    const { slower, equivalent } = simulateRun(run, standardDeviations, blocks)
    for (const [level, count] of counts.entries()) {
      if (slower[level]?.verdict === 'slower') count.slower += 1
      if (equivalent[level]?.verdict === 'equivalent') count.equivalent += 1
    }
  }
  return counts.map(({ slower, equivalent }) => ({
    slowerAt10Percent: slower / noise.length,
    equivalentAt0Percent: equivalent / noise.length,
  }))
}

function simulateRun(
  run: readonly Noise[],
  standardDeviations: readonly number[],
  blocks: number,
): { readonly slower: readonly ComparedLevel[]; readonly equivalent: readonly ComparedLevel[] } {
  const compare = (
    side: keyof Noise,
    effect: number,
    toGateOf: (at: number) => Gate,
  ): ComparedLevel[] =>
    compareLevels(
      run.map((noise, at) => {
        const deviation = standardDeviations[at] ?? NaN
        const logRatios = noise[side].subarray(0, blocks).map((value) => effect + deviation * value)
        return { concurrency: at, logRatios, ...toGateOf(at) }
      }),
    )
  const gates = compare('aa', 0, () => AA_GATE).map((aa) => toGate(aa))
  const gateOf = (at: number): Gate => gates[at] ?? toGate(null)
  return { slower: compare('pair', SLOWER, gateOf), equivalent: compare('pair', 0, gateOf) }
}
