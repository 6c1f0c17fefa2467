import assert from 'node:assert/strict'
import { chooseRange } from '../../../../model-training/export/quantise/choose-range'
import { countValues, createHistogram } from '../../../../model-training/export/quantise/histogram'
import { createRandom } from '../../../../model-training/random'

/** Many values between 0 and 1, and a lonely one far off. */
function createOutlier(most = 10) {
  const random = createRandom(1)
  const histogram = createHistogram({ min: 0, max: most })
  countValues(
    histogram,
    Float32Array.from({ length: 100_000 }, () => random()),
  )
  countValues(histogram, Float32Array.of(most))
  return histogram
}

describe('chooseRange', () => {
  it('by min-max is all that was seen', () => {
    assert.deepEqual(chooseRange(createOutlier(), 'min-max'), { min: 0, max: 10 })
  })

  it('by percentile leaves one value in 10,000 out', () => {
    const { min, max } = chooseRange(createOutlier(), 'percentile')
    assert.equal(min, 0)
    assert.ok(max > 0.99 && max < 1.01, String(max))
  })

  it('by percentile leaves one in 10,000 out below, too', () => {
    const histogram = createHistogram({ min: -10, max: 1 })
    const random = createRandom(2)
    countValues(
      histogram,
      Float32Array.from({ length: 100_000 }, () => random()),
    )
    countValues(histogram, Float32Array.of(-10, -10))
    const { min, max } = chooseRange(histogram, 'percentile')
    assert.ok(min > -0.01 && min <= 0.01, String(min))
    assert.ok(max > 0.99 && max <= 1, String(max))
  })

  it('by the mean square error gives a lonely value up for finer steps, unless it is too far off', () => {
    const near = chooseRange(createOutlier(10), 'mean-square-error')
    assert.ok(near.max < 9, String(near.max))
    const far = chooseRange(createOutlier(10_000), 'mean-square-error')
    assert.ok(far.max > 9000, String(far.max))
  })

  it('by the mean square error keeps all of evenly spread values', () => {
    const histogram = createHistogram({ min: -1, max: 1 })
    const values = Float32Array.from({ length: 20_000 }, (_, i) => i / 10_000 - 1)
    countValues(histogram, values)
    const { min, max } = chooseRange(histogram, 'mean-square-error')
    assert.ok(min < -0.98 && max > 0.98)
  })

  it('of one value alone is that value', () => {
    const histogram = createHistogram({ min: 3, max: 3 })
    countValues(histogram, Float32Array.of(3, 3))
    for (const method of ['min-max', 'percentile', 'mean-square-error'] as const) {
      assert.deepEqual(chooseRange(histogram, method), { min: 3, max: 3 })
    }
  })
})

describe('countValues', () => {
  it('counts every value once, those beyond the range at its ends', () => {
    const histogram = createHistogram({ min: 0, max: 2048 })
    countValues(histogram, Float32Array.of(0, 0.5, 1, 2047.9, 2048, 9999, -3))
    assert.equal(histogram.counts[0], 3)
    assert.equal(histogram.counts[1], 1)
    assert.equal(histogram.counts.at(-1), 3)
    assert.equal(
      histogram.counts.reduce((sum, count) => sum + count, 0),
      7,
    )
  })
})
