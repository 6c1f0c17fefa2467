import assert from 'node:assert/strict'
import fc from 'fast-check'
import { agree, toModel, toPrediction, TOLERANCE } from '../../../bench/load/answer'

const PREDICTION = { label: 'food', probabilities: { food: 0.75, drink: 0.25 } }

describe('an answer', () => {
  it('has a prediction, whatever else it says', () => {
    const body = JSON.stringify({ ...PREDICTION, probability: 0.75, model: { name: 'a' } })
    assert.deepEqual(toPrediction(body), PREDICTION)
  })

  for (const body of [
    '',
    'ok',
    '<html></html>',
    'null',
    '[]',
    '"food"',
    '{}',
    '{"label":"food"}',
    '{"label":"food","probabilities":null}',
    '{"label":"food","probabilities":[1]}',
    '{"label":"food","probabilities":{}}',
    '{"label":"food","probabilities":{"drink":1}}',
    '{"label":"food","probabilities":{"food":"1"}}',
    '{"label":"food","probabilities":{"food":null}}',
    '{"label":"food","probabilities":{"food":1e999}}',
    '{"label":1,"probabilities":{"1":1}}',
    // What every object of JavaScript has.
    '{"label":"toString","probabilities":{}}',
    JSON.stringify(PREDICTION).slice(0, -1),
  ]) {
    it(`has none in ${JSON.stringify(body)}`, () => {
      assert.equal(toPrediction(body), undefined)
    })
  }

  it('is read or refused, whatever JSON it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, label) => {
        const prediction = toPrediction(JSON.stringify({ label, probabilities: value }))
        if (prediction === undefined) return
        assert.equal(typeof prediction.probabilities[label], 'number')
        assert.ok(agree(prediction, prediction))
      }),
    )
  })

  it('may name its model', () => {
    const model = { name: 'photo-net', sha256: 'ab' }
    assert.deepEqual(toModel(JSON.stringify({ ...PREDICTION, model })), model)
    for (const other of [undefined, null, 'photo-net', {}, { name: 1, sha256: 'ab' }]) {
      assert.equal(toModel(JSON.stringify({ ...PREDICTION, model: other })), null)
    }
  })
})

describe('two predictions', () => {
  const withFood = (food: number): typeof PREDICTION => ({
    ...PREDICTION,
    probabilities: { ...PREDICTION.probabilities, food },
  })

  it('agree up to the tolerance, in both directions', () => {
    for (const difference of [0, TOLERANCE * 0.99, -TOLERANCE * 0.99]) {
      assert.ok(agree(PREDICTION, withFood(0.75 + difference)))
      assert.ok(agree(withFood(0.75 + difference), PREDICTION))
    }
    for (const difference of [TOLERANCE * 1.01, -TOLERANCE * 1.01, 0.01]) {
      assert.ok(!agree(PREDICTION, withFood(0.75 + difference)))
      assert.ok(!agree(withFood(0.75 + difference), PREDICTION))
    }
  })

  it('agree only on the same label and labels', () => {
    assert.ok(!agree(PREDICTION, { ...PREDICTION, label: 'drink' }))
    const { food } = PREDICTION.probabilities
    for (const probabilities of [
      { food },
      { food, drinks: 0.25 },
      { ...PREDICTION.probabilities, menu: 0 },
    ]) {
      assert.ok(!agree(PREDICTION, { label: 'food', probabilities }))
      assert.ok(!agree({ label: 'food', probabilities }, PREDICTION))
    }
  })
})
