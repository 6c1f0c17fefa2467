import assert from 'node:assert/strict'
import { toPrediction, type Prediction } from '../../inference/prediction'

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

  describe('of many labels', () => {
    const many = Array.from({ length: 21 }, (_, at) => `label ${at}`)
    /** label 20 is the most probable, label 0 the least. */
    const rising = Float32Array.from(many, (_, at) => at / 210)
    const namesOf = (prediction: Prediction): string[] => Object.keys(prediction.probabilities)

    it('tells all of twenty in their order, and of more the five most probable, those first', () => {
      const twenty = many.slice(0, 20)
      assert.deepEqual(namesOf(toPrediction(twenty, rising.subarray(0, 20))), twenty)
      const { label, probability, probabilities } = toPrediction(many, rising)
      assert.deepEqual(Object.entries(probabilities), [
        ['label 20', rising[20]],
        ['label 19', rising[19]],
        ['label 18', rising[18]],
        ['label 17', rising[17]],
        ['label 16', rising[16]],
      ])
      assert.deepEqual({ label, probability }, { label: 'label 20', probability: rising[20] })
    })

    for (const [top, expected] of [
      [1, ['label 20']],
      [2, ['label 20', 'label 19']],
      [21, many.toReversed()],
      [999_999, many.toReversed()],
    ] as const) {
      it(`tells the ${top} most probable where they are asked for`, () => {
        assert.deepEqual(namesOf(toPrediction(many, rising, top)), expected)
      })
    }

    it('tells fewer of a few, too, equals in their order', () => {
      const prediction = toPrediction(LABELS, Float32Array.of(0.25, 0.5, 0.25), 2)
      assert.deepEqual(prediction, {
        label: 'drink',
        probability: 0.5,
        probabilities: { drink: 0.5, food: 0.25 },
      })
      assert.deepEqual(namesOf(prediction), ['drink', 'food'])
    })
  })
})
