import assert from 'node:assert/strict'
import { toCalibrationError, toReliability } from '../../../model-training/evaluation/calibration'
import type { Judgement } from '../../../model-training/evaluation/metrics'
import { near, toJudgement } from './judgements'

const sure = (confidence: number, { isRight }: { isRight: boolean }): Judgement =>
  toJudgement(isRight ? 0 : 1, { predicted: 0, confidence, labels: 2 })

describe('calibration', () => {
  it('has 15 bins of equal width, open below and closed above', () => {
    const bins = toReliability([])
    assert.equal(bins.length, 15)
    near(bins[14]?.lower, 14 / 15)
    assert.equal(bins[14]?.upper, 1)
    const at = (confidence: number): number =>
      toReliability([sure(confidence, { isRight: true })], 4).findIndex(({ photos }) => photos > 0)
    assert.deepEqual([0.51, 0.75, 0.76, 1].map(at), [2, 2, 3, 3])
  })

  it('gives mean confidence and accuracy of each bin, and nothing of an empty one', () => {
    const bins = toReliability(
      [sure(0.9, { isRight: true }), sure(0.8, { isRight: false }), sure(0.6, { isRight: true })],
      4,
    )
    near(bins[3]?.confidence, 0.85)
    assert.equal(bins[3]?.accuracy, 0.5)
    assert.equal(bins[3].photos, 2)
    assert.equal(bins[0]?.confidence, null)
    assert.equal(bins[0].accuracy, null)
  })

  it('weighs the gaps of the bins by their photos', () => {
    // Bin (0.75, 1]: 4 photos at 0.9, half of them right: gap 0.4. Bin (0.5, 0.75]: 1 at 0.6, right: gap 0.4 too low.
    const four = [true, true, false, false].map((isRight) => sure(0.9, { isRight }))
    near(toCalibrationError(toReliability(four, 4)), 0.4)
    const five = [...four, sure(0.7, { isRight: true })]
    near(toCalibrationError(toReliability(five, 4)), (4 * 0.4 + 0.3) / 5)
    assert.equal(toCalibrationError(toReliability([])), null)
  })

  it('is 0 for a model that is as often right as it is sure', () => {
    const ten = Array.from({ length: 10 }, (_, i) => sure(0.7, { isRight: i < 7 }))
    near(toCalibrationError(toReliability(ten)), 0)
  })
})
