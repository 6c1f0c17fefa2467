import assert from 'node:assert/strict'
import { compareOutcomes } from '../../../model-training/evaluation/compare-outcomes'
import type { PhotoOutcome } from '../../../model-training/evaluation/predict-photos'
import { near } from './judgements'

const judged = (...row: number[]): PhotoOutcome => ({
  state: 'judged',
  probabilities: Float32Array.from(row),
})
const failed: PhotoOutcome = { state: 'failed', reason: 'damaged photo' }

describe('compareOutcomes', () => {
  it('compares the photos that both judged', () => {
    const plain = [judged(0.9, 0.1), judged(0.6, 0.4), judged(0.5, 0.5), judged(1, 0), failed]
    const other = [judged(0.8, 0.2), judged(0.3, 0.7), judged(0.5, 0.5), failed, judged(1, 0)]
    const comparison = compareOutcomes(other, plain, [0, 0, 1, 0, 0])
    assert.equal(comparison?.photos, 3)
    assert.equal(comparison.failed, 1)
    near(comparison.accuracy.value, 1 / 3)
    // One of three photos was right before and is wrong now.
    near(comparison.differencePoints.value, -100 / 3)
    near(comparison.sameLabel, 2 / 3)
    near(comparison.largestDifference, 0.3, 1e-6)
    near(comparison.meanDifference, 0.4 / 3, 1e-6)
  })

  it('says nothing of no photos', () => {
    assert.equal(compareOutcomes([failed], [judged(1, 0)], [0]), undefined)
    assert.equal(compareOutcomes([judged(1, 0)], [], [0]), undefined)
  })
})
