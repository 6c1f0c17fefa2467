import assert from 'node:assert/strict'
import { toPredicted } from '../../../model-training/evaluation/judged-photo'
import {
  countConfusion,
  countHits,
  toBalancedAccuracy,
  toLabelQualities,
  toLoss,
} from '../../../model-training/evaluation/metrics'
import { near, toJudgements } from './judgements'

// 30 photos: precision, recall and F1 worked out by hand.
const CONFUSION = [
  [8, 2, 0],
  [1, 4, 5],
  [0, 0, 10],
]

describe('metrics', () => {
  it('counts truths in rows and predictions in columns', () => {
    assert.deepEqual(countConfusion(toJudgements(CONFUSION), 3), CONFUSION)
    assert.equal(countHits(toJudgements(CONFUSION)), 22)
  })

  it('gives precision, recall and F1 of each label', () => {
    const [first, second, third] = toLabelQualities(CONFUSION)
    assert.equal(first?.support, 10)
    assert.equal(first.predicted, 9)
    near(first.precision, 8 / 9)
    near(first.recall, 0.8)
    near(first.f1, 16 / 19)
    near(second?.precision, 2 / 3)
    near(second?.recall, 0.4)
    near(second?.f1, 0.5)
    near(third?.f1, 0.8)
  })

  it('says nothing where there is nothing to divide by', () => {
    const [never, alone] = toLabelQualities([
      [0, 3],
      [0, 0],
    ])
    assert.deepEqual(never, { support: 3, predicted: 0, precision: null, recall: 0, f1: 0 })
    assert.deepEqual(alone, { support: 0, predicted: 3, precision: 0, recall: null, f1: 0 })
    const [empty] = toLabelQualities([[0]])
    assert.deepEqual(empty, { support: 0, predicted: 0, precision: null, recall: null, f1: null })
  })

  it('balances accuracy over the labels that occur', () => {
    near(toBalancedAccuracy(CONFUSION), (0.8 + 0.4 + 1) / 3)
    near(
      toBalancedAccuracy([
        [1, 1],
        [0, 0],
      ]),
      0.5,
    )
    assert.equal(toBalancedAccuracy([[0]]), null)
  })

  it('gives the mean cross entropy in nats, finite also where a probability is rounded to 0', () => {
    const rows = [
      { probabilities: Float32Array.of(0.5, 0.5), truth: 0 },
      { probabilities: Float32Array.of(0.75, 0.25), truth: 1 },
    ]
    near(toLoss(rows), Math.log(8) / 2)
    near(toLoss([{ probabilities: Float32Array.of(1, 0), truth: 1 }]), Math.log(1e12))
    assert.equal(toLoss([]), null)
  })

  it('predicts the first of equal probabilities, as serving does', () => {
    assert.equal(toPredicted(Float32Array.of(0.2, 0.4, 0.4)), 1)
    assert.equal(toPredicted(new Float32Array()), -1)
  })
})
