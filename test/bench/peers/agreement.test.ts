import assert from 'node:assert/strict'
import { findOtherLabels } from '../../../bench/peers/agreement'
import type { Prediction } from '../../../bench/load/answer'

const toPrediction = (food: number): Prediction => ({
  label: food >= 0.5 ? 'food' : 'menu',
  probabilities: { food, menu: 1 - food },
})

describe('labels of a peer', () => {
  it('agree where they are the same, whatever the probabilities are', () => {
    assert.equal(
      findOtherLabels([0.9, 0.2].map(toPrediction), [0.6, 0.4].map(toPrediction)),
      undefined,
    )
  })

  it('may differ only where ours is in doubt', () => {
    assert.equal(findOtherLabels([toPrediction(0.6)], [toPrediction(0.4)]), undefined)
    assert.equal(
      findOtherLabels([0.9, 0.7].map(toPrediction), [0.9, 0.4].map(toPrediction)),
      'labels 1 of 2 photos otherwise: photo 2 is menu (0.6000) in place of food (0.7000)',
    )
  })

  it('are not the same where one is missing', () => {
    assert.match(findOtherLabels([toPrediction(0.9)], []) ?? '', /photo 1 is not answered in place/)
  })
})
