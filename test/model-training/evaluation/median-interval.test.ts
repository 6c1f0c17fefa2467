import assert from 'node:assert/strict'
import { toMedianInterval } from '../../../model-training/evaluation/median-interval'
import { near } from './judgements'

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1).reverse()

describe('the interval of a median', () => {
  // Ranks and levels as in tables of the sign test.
  for (const [count, lower, upper, level] of [
    [6, 1, 6, 0.96875],
    [8, 1, 8, 0.992188],
    [10, 2, 9, 0.978516],
    [15, 4, 12, 0.964844],
    [20, 6, 15, 0.958611],
  ] as const) {
    it(`of ${count} values goes from the ${lower}. to the ${upper}.`, () => {
      const interval = toMedianInterval(upTo(count))
      assert.equal(interval.value, (count + 1) / 2)
      assert.deepEqual([interval.lower, interval.upper], [lower, upper])
      near(interval.level, level, 1e-6)
      assert.equal(interval.rounds, count)
    })
  }

  it('of few values is all of them, with the level that this has', () => {
    assert.deepEqual(toMedianInterval([3, 1, 2]), {
      value: 2,
      lower: 1,
      upper: 3,
      level: 0.75,
      method: 'order statistics',
      rounds: 3,
    })
    assert.equal(toMedianInterval([5]).level, 0)
    assert.throws(() => toMedianInterval([]), RangeError)
  })
})
