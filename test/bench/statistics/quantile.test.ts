import assert from 'node:assert/strict'
import fc from 'fast-check'
import { minimumSamples, nearestRank } from '../../../bench/statistics/quantile'

const ascending = fc
  .array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 50 })
  .map((values) => Float64Array.from(values).sort())
const share = fc.double({ min: 0, max: 1, noNaN: true })

describe('nearestRank', () => {
  // https://en.wikipedia.org/wiki/Percentile, worked examples of the nearest-rank method.
  const published = [
    { values: [15, 20, 35, 40, 50], quantiles: { 5: 15, 30: 20, 40: 20, 50: 35, 100: 50 } },
    {
      values: [3, 6, 7, 8, 8, 10, 13, 15, 16, 20],
      quantiles: { 25: 7, 50: 8, 75: 15, 100: 20 },
    },
    {
      values: [3, 6, 7, 8, 8, 9, 10, 13, 15, 16, 20],
      quantiles: { 25: 7, 50: 9, 75: 15, 100: 20 },
    },
  ]
  for (const { values, quantiles } of published) {
    it(`gives the published quantiles of ${values.length} values`, () => {
      for (const [percent, quantile] of Object.entries(quantiles)) {
        assert.equal(nearestRank(values, Number(percent) / 100), quantile)
      }
    })
  }

  it('has rank p of 100 values at p %, whatever the product rounds to', () => {
    const values = Array.from({ length: 100 }, (_, at) => at + 1)
    for (const value of values) assert.equal(nearestRank(values, value / 100), value)
    assert.equal(nearestRank(values, 0), 1)
  })

  it('is the smallest value that the share does not exceed', () => {
    fc.assert(
      fc.property(ascending, share, (sorted, at) => {
        const quantile = nearestRank(sorted, at)
        const upTo = sorted.filter((value) => value <= quantile).length
        const below = sorted.filter((value) => value < quantile).length
        assert.ok(sorted.includes(quantile))
        assert.ok(upTo / sorted.length >= at - 1e-9)
        assert.ok(below === 0 || below / sorted.length < at)
      }),
    )
  })

  it('rises with the share', () => {
    fc.assert(
      fc.property(ascending, share, share, (sorted, one, other) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)]
        assert.ok(nearestRank(sorted, low) <= nearestRank(sorted, high))
      }),
    )
  })

  it('refuses what has no quantile', () => {
    assert.throws(() => nearestRank([], 0.5), RangeError)
    for (const wrong of [-0.1, 1.1, NaN]) assert.throws(() => nearestRank([1], wrong), RangeError)
  })
})

describe('minimumSamples', () => {
  for (const { name, share: at, samples } of [
    { name: 'p50', share: 0.5, samples: 11 },
    { name: 'p90', share: 0.9, samples: 64 },
    { name: 'p99', share: 0.99, samples: 662 },
  ]) {
    it(`wants ${samples} samples for ${name}`, () => {
      assert.equal(minimumSamples(at), samples)
    })
  }

  it('refuses what is no quantile inside the range', () => {
    for (const wrong of [0, 1, -1, NaN]) assert.throws(() => minimumSamples(wrong), RangeError)
  })
})
