import assert from 'node:assert/strict'
import { toWilsonInterval } from '../../model-training/interval'

describe('toWilsonInterval', () => {
  // Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3.
  const published = [
    { hits: 81, trials: 263, lower: 0.2553, upper: 0.3662 },
    { hits: 15, trials: 148, lower: 0.0624, upper: 0.1605 },
    { hits: 0, trials: 20, lower: 0, upper: 0.1611 },
    { hits: 1, trials: 29, lower: 0.0061, upper: 0.1718 },
  ]
  for (const { hits, trials, lower, upper } of published) {
    it(`gives the published interval of ${hits} in ${trials}`, () => {
      const interval = toWilsonInterval(hits, trials)
      assert.equal(interval.lower.toFixed(4), lower.toFixed(4))
      assert.equal(interval.upper.toFixed(4), upper.toFixed(4))
      assert.equal(interval.value, hits / trials)
    })
  }

  it('refuses what is no share', () => {
    for (const [hits, trials] of [
      [0, 0],
      [3, 2],
      [-1, 2],
    ] as const) {
      assert.throws(() => toWilsonInterval(hits, trials), RangeError)
    }
  })
})
