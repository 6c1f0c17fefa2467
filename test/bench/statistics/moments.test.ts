import assert from 'node:assert/strict'
import { toMoments } from '../../../bench/statistics/moments'

describe('toMoments', () => {
  it('gives count, mean and standard deviation', () => {
    const moments = toMoments([2, 4, 4, 4, 5, 5, 7, 9])
    assert.deepEqual(moments, { count: 8, mean: 5, standardDeviation: Math.sqrt(32 / 7) })
  })

  it('is exact for equal values', () => {
    for (const value of [0.1, 1 / 3, 1e15 + 0.3]) {
      const { mean, standardDeviation } = toMoments(Array<number>(10).fill(value))
      assert.deepEqual({ mean, standardDeviation }, { mean: value, standardDeviation: 0 })
    }
  })

  it('keeps the deviation of large values that are near each other', () => {
    // The square of such a value has no digits left for it.
    assert.equal(toMoments([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]).standardDeviation, Math.sqrt(30))
  })

  it('has no deviation of one value', () => {
    assert.deepEqual(toMoments([3]), { count: 1, mean: 3, standardDeviation: NaN })
  })

  it('refuses nothing, and what is not finite', () => {
    for (const wrong of [[], [NaN], [1, Infinity], [-Infinity, 1], [1, NaN]]) {
      assert.throws(() => toMoments(wrong), RangeError)
    }
  })
})
