import assert from 'node:assert/strict'
import fc from 'fast-check'
import { toArrivals, toConstantArrivals, toRate } from '../../../bench/load/arrivals'
import { createRandom } from '../../../bench/random'
import { meanInterval } from '../../../bench/statistics/interval'

const flat = (rate: number, seconds: number) => [
  { at: 0, rate },
  { at: seconds, rate },
]

describe('a rate over time', () => {
  const POINTS = [
    { at: 10, rate: 0 },
    { at: 20, rate: 100 },
    { at: 30, rate: 100 },
  ]
  for (const [at, rate] of [
    [0, 0],
    [10, 0],
    [15, 50],
    [20, 100],
    [29.9, 100],
    [30, 0],
    [40, 0],
  ] as const) {
    it(`is ${rate} at ${at} s`, () => {
      assert.ok(Math.abs(toRate(POINTS, at) - rate) < 1e-9)
    })
  }
})

describe('Poisson arrivals', () => {
  it('are within the time, in its order, and the same for the same seed', () => {
    const rates = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 2, maxLength: 5 })
    fc.assert(
      fc.property(rates, fc.nat(), (all, seed) => {
        const points = all.map((rate, index) => ({ at: index, rate }))
        const arrivals = toArrivals(points, createRandom(seed))
        assert.deepEqual(arrivals, toArrivals(points, createRandom(seed)))
        assert.deepEqual(
          arrivals,
          [...arrivals].sort((one, other) => one - other),
        )
        assert.ok(arrivals.every((at) => at >= 0 && at < (all.length - 1) * 1000))
      }),
    )
  })

  it('are as many as the rate says, with the variance of a Poisson process', () => {
    const counts = Array.from(
      { length: 400 },
      (_, seed) => toArrivals(flat(50, 2), createRandom(seed)).length,
    )
    const { lower, upper } = meanInterval(counts, 0.999)
    assert.ok(lower <= 100 && 100 <= upper, `${lower} to ${upper}`)
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length
    const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / 399
    // Variance over mean is chi-squared with 399 degrees: within 3.3 standard deviations of 1.
    assert.ok(Math.abs(variance / mean - 1) < 3.3 * Math.sqrt(2 / 399), String(variance / mean))
  })

  it('have exponential gaps: as many above their mean as e says', () => {
    const arrivals = toArrivals(flat(100, 100), createRandom(7))
    const gaps = arrivals.slice(1).map((at, index) => at - arrivals[index]!)
    const above = gaps.filter((gap) => gap > 10).length / gaps.length
    const expected = Math.exp(-1)
    const reach = 3.3 * Math.sqrt((expected * (1 - expected)) / gaps.length)
    assert.ok(Math.abs(above - expected) < reach, String(above))
  })

  it('come where the rate is: three quarters in the second half of a rise from nothing', () => {
    const rise = [
      { at: 0, rate: 0 },
      { at: 100, rate: 100 },
    ]
    const arrivals = toArrivals(rise, createRandom(3))
    const late = arrivals.filter((at) => at > 50_000).length / arrivals.length
    assert.ok(
      Math.abs(late - 0.75) < 3.3 * Math.sqrt((0.75 * 0.25) / arrivals.length),
      String(late),
    )
  })
})

describe('constant arrivals', () => {
  it('have one gap, begin at once and end before the time is over', () => {
    assert.deepEqual(toConstantArrivals(4, 1000), [0, 250, 500, 750])
    assert.deepEqual(toConstantArrivals(0.1, 600), [0])
  })

  it('are as many as the rate says, whatever rounding does', () => {
    const tenths = fc.integer({ min: 1, max: 100_000 })
    fc.assert(
      fc.property(tenths, fc.integer({ min: 1, max: 60 }), (rate, seconds) => {
        const arrivals = toConstantArrivals(rate / 10, seconds * 1000)
        assert.equal(arrivals.length, Math.ceil((rate * seconds) / 10))
        assert.ok(arrivals.every((at) => at < seconds * 1000))
      }),
      { numRuns: 30 },
    )
  })
})
