import assert from 'node:assert/strict'
import fc from 'fast-check'
import { meanInterval, ratioInterval, toMeanInterval } from '../../../bench/statistics/interval'
import { createNormalNoise, createSkewedNoise, shareOf } from './noise'

/** "Student" (1908): hours of sleep that ten patients gained by one drug over the other. */
const SLEEP = [1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4]

const values = fc.array(fc.integer({ min: -100, max: 100 }), {
  minLength: 2,
  maxLength: 30,
})

describe('meanInterval', () => {
  it("gives the published interval of Student's sleep data", () => {
    // As R prints it for its data set `sleep`.
    const { value, lower, upper } = meanInterval(SLEEP)
    assert.equal(value.toFixed(2), '1.58')
    assert.equal(lower.toFixed(7), '0.7001142')
    assert.equal(upper.toFixed(7), '2.4598858')
  })

  it('gives the published interval of moments', () => {
    // NIST/SEMATECH e-Handbook 1.3.5.2: heat flow, ZARR13.DAT.
    const moments = { count: 195, mean: 9.26146, standardDeviation: 0.022789 }
    const { lower, upper } = toMeanInterval(moments)
    assert.equal(lower.toFixed(5), '9.25824')
    assert.equal(upper.toFixed(5), '9.26468')
  })

  it('holds its value, and widens with the level', () => {
    fc.assert(
      fc.property(values, (of) => {
        const narrow = meanInterval(of, 0.8)
        const wide = meanInterval(of, 0.95)
        assert.ok(narrow.lower <= narrow.value && narrow.value <= narrow.upper)
        assert.ok(wide.lower <= narrow.lower && narrow.upper <= wide.upper)
        if (new Set(of).size > 1) assert.ok(wide.upper - wide.lower > 0)
      }),
    )
  })

  it('is a point without variance', () => {
    assert.deepEqual(meanInterval([0.1, 0.1, 0.1]), { value: 0.1, lower: 0.1, upper: 0.1 })
  })

  it('refuses fewer than two values, and what is no level', () => {
    for (const wrong of [[], [1]]) assert.throws(() => meanInterval(wrong), RangeError)
    for (const level of [0, 1, 95]) assert.throws(() => meanInterval([1, 2], level), RangeError)
  })
})

describe('ratioInterval', () => {
  it('is the geometric mean and the interval of the logarithms', () => {
    const logRatios = [0.5, 2, 8].map(Math.log)
    const { value, lower, upper } = ratioInterval(logRatios)
    assert.ok(Math.abs(value - 2) < 1e-12)
    // log 2 +- t(0.975, 2) * log 4 / sqrt 3
    const reach = Math.exp((4.302653 * Math.log(4)) / Math.sqrt(3))
    assert.ok(Math.abs(upper / (2 * reach) - 1) < 1e-6)
    assert.ok(Math.abs((lower * reach) / 2 - 1) < 1e-6)
  })

  it('is inverted by swapping the sides', () => {
    const logRatios = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), {
      minLength: 2,
      maxLength: 30,
    })
    const isOne = (product: number): boolean => Math.abs(product - 1) < 1e-9
    fc.assert(
      fc.property(logRatios, (of) => {
        const ratio = ratioInterval(of)
        const swapped = ratioInterval(of.map((logRatio) => -logRatio))
        assert.ok(isOne(ratio.value * swapped.value))
        assert.ok(isOne(ratio.lower * swapped.upper))
        assert.ok(isOne(ratio.upper * swapped.lower))
      }),
    )
  })

  const RUNS = 20_000
  const TRUTH = 1.02
  const skewed = createSkewedNoise(2, 0.4)
  const noises = [
    { name: 'normal', noise: createNormalNoise(1) },
    // Two targets with skewed times, of which one varies twice as much: nothing cancels.
    { name: 'skewed', noise: () => 2 * skewed() - skewed() },
  ]
  for (const { name, noise } of noises) {
    for (const blocks of [5, 10, 20]) {
      it(`covers the true ratio in 95 % of runs: ${blocks} blocks, ${name} noise`, () => {
        const covered = shareOf(RUNS, () => {
          const draws = Array.from({ length: blocks }, () => Math.log(TRUTH) + 0.03 * noise())
          const { lower, upper } = ratioInterval(draws)
          return lower <= TRUTH && TRUTH <= upper
        })
        assert.ok(covered >= 0.935 && covered <= 0.965, `covered ${covered}`)
      })
    }
  }
})
