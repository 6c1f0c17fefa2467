import assert from 'node:assert/strict'
import { createRandom } from '../../../bench/random'
import { medianInterval } from '../../../bench/statistics/median'

const oneTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1)

describe('the interval of a median', () => {
  // Ranks of two-sided 95 % intervals: Conover, Practical Nonparametric Statistics; Hahn and Meeker, table 5.x.
  for (const [count, lower, upper] of [
    [6, 1, 6],
    [8, 1, 8],
    [10, 2, 9],
    [20, 6, 15],
    [30, 10, 21],
    [50, 18, 33],
  ] as const) {
    it(`is from value ${lower} to ${upper} of ${count}`, () => {
      const found = medianInterval(oneTo(count))
      assert.deepEqual([found.lower, found.upper], [lower, upper])
      assert.equal(found.value, (count + 1) / 2)
    })
  }

  it('does not need values in order, and does not change them', () => {
    const values = [5, 1, 4, 2, 6, 3]
    assert.deepEqual(medianInterval(values), { value: 3.5, lower: 1, upper: 6 })
    assert.deepEqual(values, [5, 1, 4, 2, 6, 3])
  })

  it('has no ends with fewer than six values, and no median without any', () => {
    assert.deepEqual(medianInterval([1, 2, 3, 4, 5]), {
      ...{ value: 3, lower: undefined, upper: undefined },
    })
    assert.throws(() => medianInterval([]), RangeError)
  })

  it('holds the true median in at least 95 % of simulated samples, skewed ones too', () => {
    const random = createRandom(7)
    const rounds = 4_000
    let held = 0
    for (let round = 0; round < rounds; round++) {
      // Exponential: its median is ln 2.
      const sample = oneTo(20).map(() => -Math.log(1 - random()))
      const { lower = Number.NaN, upper = Number.NaN } = medianInterval(sample)
      if (lower <= Math.LN2 && Math.LN2 <= upper) held++
    }
    // By the binomial distribution it is 95.86 %.
    assert.ok(Math.abs(held / rounds - 0.9586) < 0.012, String(held / rounds))
  })
})
