import assert from 'node:assert/strict'
import fc from 'fast-check'
import { holm } from '../../../bench/statistics/holm'

const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 })

describe('holm', () => {
  it('gives the corrected values of a worked example', () => {
    // https://en.wikipedia.org/wiki/Holm-Bonferroni_method, Example.
    assert.deepEqual(holm([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02])
  })

  it('leaves a single p-value as it is', () => {
    assert.deepEqual(holm([0.03]), [0.03])
    assert.deepEqual(holm([]), [])
  })

  it('is at most 1, keeps the order, and lies between the raw value and Bonferroni', () => {
    fc.assert(
      fc.property(pValues, (raw) => {
        const corrected = holm(raw)
        for (const [at, p] of raw.entries()) {
          assert.ok(corrected[at]! >= p)
          assert.ok(corrected[at]! <= Math.min(1, p * raw.length))
          for (const [other, q] of raw.entries()) {
            if (p <= q) assert.ok(corrected[at]! <= corrected[other]!)
          }
        }
      }),
    )
  })

  it('refuses what is no p-value', () => {
    for (const wrong of [-0.1, 1.1, NaN]) assert.throws(() => holm([0.5, wrong]), RangeError)
  })
})
