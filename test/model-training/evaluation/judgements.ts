import type { Judgement } from '../../../model-training/evaluation/metrics'

/** A judgement by a model that gives the other labels equal parts of the rest. */
export function toJudgement(
  truth: number,
  { predicted, confidence, labels }: { predicted: number; confidence: number; labels: number },
): Judgement {
  const probabilities = new Float64Array(labels).fill((1 - confidence) / (labels - 1))
  probabilities[predicted] = confidence
  return { probabilities, truth }
}

/** As many judgements as the counts of a confusion matrix say. */
export function toJudgements(confusion: readonly (readonly number[])[]): Judgement[] {
  return confusion.flatMap((row, truth) =>
    row.flatMap((count, predicted) =>
      Array.from({ length: count }, () =>
        toJudgement(truth, { predicted, confidence: 0.9, labels: row.length }),
      ),
    ),
  )
}

/** Fails where two numbers differ by more than a rounding error, or what is said. */
export function near(actual: number | null | undefined, expected: number, by = 1e-9): void {
  if (typeof actual === 'number' && Math.abs(actual - expected) <= by) return
  throw new Error(`${String(actual)} is not ${expected}`)
}
