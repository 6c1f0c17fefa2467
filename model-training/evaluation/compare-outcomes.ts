import { toAccuracy } from './summarise'
import { toPredicted } from './judged-photo'
import type { Judgement } from './metrics'
import type { Share } from './model-evaluation'
import { toPairedInterval, type PairedInterval } from './paired-interval'
import type { PhotoOutcome } from './predict-photos'

/** How two series of outcomes of the same photos differ, over the photos that both judged. */
export interface Comparison extends Share {
  /** Photos that only the other series judged. */
  readonly failed: number
  /** Accuracy of these less accuracy of the others, in points. */
  readonly differencePoints: PairedInterval
  /** Share of photos with the same predicted label. */
  readonly sameLabel: number
  /** Mean and maximum over the photos of the largest difference of a probability. */
  readonly meanDifference: number
  readonly largestDifference: number
}

interface Pair {
  readonly one: Judgement
  readonly other: Judgement
}

/**
 * Compares outcomes with others of the same photos.
 *
 * @param truths place of each photo's label
 * @returns undefined where no photo was judged by both
 */
export function compareOutcomes(
  outcomes: readonly PhotoOutcome[],
  others: readonly PhotoOutcome[],
  truths: readonly number[],
): Comparison | undefined {
  const pairs: Pair[] = []
  let failed = 0
  for (const [i, truth] of truths.entries()) {
    const [one, other] = [outcomes[i], others[i]]
    if (other?.state !== 'judged') continue
    if (one?.state === 'judged') {
      const { probabilities } = one
      pairs.push({ one: { probabilities, truth }, other: { ...other, truth } })
    } else failed += 1
  }
  if (pairs.length === 0) return undefined
  const differences = pairs.map(toDifference)
  return {
    photos: pairs.length,
    failed,
    accuracy: toAccuracy(pairs.map(({ one }) => one)),
    differencePoints: toPairedInterval({
      both: count(pairs, ({ one, other }) => isHit(one) && isHit(other)),
      onlyFirst: count(pairs, ({ one, other }) => isHit(one) && !isHit(other)),
      onlySecond: count(pairs, ({ one, other }) => !isHit(one) && isHit(other)),
      neither: count(pairs, ({ one, other }) => !isHit(one) && !isHit(other)),
    }),
    sameLabel: count(pairs, isSame) / pairs.length,
    meanDifference: differences.reduce((sum, value) => sum + value, 0) / pairs.length,
    largestDifference: differences.reduce((most, value) => Math.max(most, value), 0),
  }
}

const count = (pairs: readonly Pair[], holds: (pair: Pair) => boolean): number =>
  pairs.filter(holds).length

const isHit = ({ probabilities, truth }: Judgement): boolean => toPredicted(probabilities) === truth

const isSame = ({ one, other }: Pair): boolean =>
  toPredicted(one.probabilities) === toPredicted(other.probabilities)

function toDifference({ one, other }: Pair): number {
  let largest = 0
  for (const [i, value] of one.probabilities.entries()) {
    largest = Math.max(largest, Math.abs(value - (other.probabilities[i] ?? 0)))
  }
  return largest
}
