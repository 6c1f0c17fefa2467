import assert from 'node:assert/strict'
import { toPrediction } from '../../inference/prediction'

const LABELS = ['food', 'drink', 'menu']

describe('toPrediction', () => {
  for (const [name, probabilities, label, probability] of [
    ['first', [0.5, 0.25, 0.25], 'food', 0.5],
    ['middle', [0.25, 0.625, 0.125], 'drink', 0.625],
    ['last', [0.125, 0.125, 0.75], 'menu', 0.75],
    ['first of equals', [0.125, 0.4375, 0.4375], 'drink', 0.4375],
    ['first if all are equal', [0.25, 0.25, 0.25], 'food', 0.25],
  ] as const) {
    it(`picks the largest: the ${name}`, () => {
      const prediction = toPrediction(LABELS, Float32Array.from(probabilities))
      assert.deepEqual(
        { ...prediction, probabilities: {} },
        { label, probability, probabilities: {} },
      )
    })
  }

  it('names every probability in the order of the labels', () => {
    const { probabilities } = toPrediction(LABELS, Float32Array.of(0.25, 0.625, 0.125))
    assert.deepEqual(Object.entries(probabilities), [
      ['food', 0.25],
      ['drink', 0.625],
      ['menu', 0.125],
    ])
  })

  it('reads a row out of a batch', () => {
    const batch = Float32Array.of(1, 0, 0, 0.125, 0.125, 0.75)
    assert.equal(toPrediction(LABELS, batch.subarray(3, 6)).label, 'menu')
  })
})
