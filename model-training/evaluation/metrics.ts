import { toPredicted } from './judged-photo'

/** A row of probabilities and the place of the true label in it. */
export interface Judgement {
  /** [labels]. */
  readonly probabilities: Float32Array | Float64Array
  /** Place of the truth. */
  readonly truth: number
}

/** Counts of truths (rows) and predictions (columns), [labels][labels]. */
export type Confusion = readonly (readonly number[])[]

/** How well one label is found. What is divided by nothing is null. */
export interface LabelQuality {
  /** Photos that have the label. */
  readonly support: number
  /** Photos that are said to have it. */
  readonly predicted: number
  readonly precision: number | null
  readonly recall: number | null
  /** Harmonic mean of precision and recall, 2 hits / (support + predicted). */
  readonly f1: number | null
}

/** Float32 rounds tiny probabilities to 0, whose logarithm would make every mean infinite. */
export const SMALLEST_PROBABILITY = 1e-12

/** Counts how often which label is taken for which. */
export function countConfusion(judgements: readonly Judgement[], labelCount: number): Confusion {
  const counts = Array.from({ length: labelCount }, () => new Array<number>(labelCount).fill(0))
  for (const { probabilities, truth } of judgements) {
    const row = counts[truth]
    const predicted = toPredicted(probabilities)
    if (row?.[predicted] !== undefined) row[predicted] += 1
  }
  return counts
}

/** Precision, recall and F1 of each label, in the order of the rows. */
export function toLabelQualities(confusion: Confusion): LabelQuality[] {
  return confusion.map((row, label) => {
    const hits = row[label] ?? 0
    const support = sum(row)
    const predicted = sum(confusion.map((other) => other[label] ?? 0))
    return {
      support,
      predicted,
      precision: divide(hits, predicted),
      recall: divide(hits, support),
      f1: divide(2 * hits, support + predicted),
    }
  })
}

/** Mean recall of the labels that occur; null if none does. */
export function toBalancedAccuracy(confusion: Confusion): number | null {
  const recalls = toLabelQualities(confusion).flatMap(({ recall }) => recall ?? [])
  return divide(sum(recalls), recalls.length)
}

/** Mean cross entropy in nats; null of nothing. */
export function toLoss(judgements: readonly Judgement[]): number | null {
  return divide(sum(judgements.map(toPhotoLoss)), judgements.length)
}

/** Cross entropy of one photo, in nats. */
export function toPhotoLoss({ probabilities, truth }: Judgement): number {
  return -Math.log(Math.max(SMALLEST_PROBABILITY, probabilities[truth] ?? 0))
}

/** Photos that are predicted right. */
export function countHits(judgements: readonly Judgement[]): number {
  return judgements.filter(({ probabilities, truth }) => toPredicted(probabilities) === truth)
    .length
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

const divide = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null)
