import { Z } from '../interval'
import { SMALLEST_PROBABILITY, toLoss, toPhotoLoss, type Judgement } from './metrics'

/** The search's range: beyond it lie models that are nearly always or hardly ever sure. */
const LOWEST = 1 / 20
const HIGHEST = 20

/** Steps that narrow the range to 1e-9 of the logarithm. */
const STEPS = 48
const GOLDEN = (Math.sqrt(5) - 1) / 2

/** How a model's loss changes with a temperature. */
export interface LossChange {
  /** Mean of loss after less loss before, in nats. */
  readonly value: number
  readonly lower: number
  readonly upper: number
  readonly level: 0.95
  readonly method: 'paired normal'
}

/**
 * Probabilities at another temperature: softmax(log p / temperature). Above 1 they are less sure; which one is the
 * largest stays.
 */
export function applyTemperature(
  probabilities: Judgement['probabilities'],
  temperature: number,
): Float64Array {
  const logs = Array.from(
    probabilities,
    (probability) => Math.log(Math.max(SMALLEST_PROBABILITY, probability)) / temperature,
  )
  const highest = Math.max(...logs)
  const powers = logs.map((log) => Math.exp(log - highest))
  const total = powers.reduce((sum, power) => sum + power, 0)
  return Float64Array.from(powers, (power) => power / total)
}

/** The judgements at another temperature. */
export function heat(judgements: readonly Judgement[], temperature: number): Judgement[] {
  return judgements.map(({ probabilities, truth }) => ({
    probabilities: applyTemperature(probabilities, temperature),
    truth,
  }))
}

/**
 * The temperature with the lowest loss (Guo et al. 2017), by golden-section search: the loss is convex in
 * 1 / temperature, so that it has one minimum.
 *
 * @returns 0.05..20
 * @throws RangeError of no judgements
 */
export function fitTemperature(judgements: readonly Judgement[]): number {
  const lossAt = (log: number): number => {
    const loss = toLoss(heat(judgements, Math.exp(log)))
    if (loss === null) throw new RangeError('a temperature is fitted to one photo at least')
    return loss
  }
  let [low, high] = [Math.log(LOWEST), Math.log(HIGHEST)]
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)]
  let [leftLoss, rightLoss] = [lossAt(left), lossAt(right)]
  for (let step = 0; step < STEPS; step += 1) {
    if (leftLoss <= rightLoss) {
      ;[high, right, rightLoss] = [right, left, leftLoss]
      left = high - GOLDEN * (high - low)
      leftLoss = lossAt(left)
    } else {
      ;[low, left, leftLoss] = [left, right, rightLoss]
      right = low + GOLDEN * (high - low)
      rightLoss = lossAt(right)
    }
  }
  return Math.exp((low + high) / 2)
}

/**
 * How much a temperature changes the loss of the same photos: mean and normal interval of the differences.
 *
 * @param after the judgements `before` at the temperature, in the same order
 * @throws RangeError of fewer than two photos
 */
export function toLossChange(
  before: readonly Judgement[],
  after: readonly Judgement[],
): LossChange {
  const differences = before.map((judgement, i) => {
    const other = after[i] ?? judgement
    return toPhotoLoss(other) - toPhotoLoss(judgement)
  })
  const count = differences.length
  if (count < 2) throw new RangeError('differences spread from two photos on')
  const value = differences.reduce((sum, one) => sum + one, 0) / count
  const squares = differences.reduce((sum, one) => sum + (one - value) ** 2, 0)
  const reach = Z * Math.sqrt(squares / (count - 1) / count)
  return { value, lower: value - reach, upper: value + reach, level: 0.95, method: 'paired normal' }
}
