import assert from 'node:assert/strict'
import { isSteady } from '../../../bench/statistics/warm-up'

describe('isSteady', () => {
  for (const { medians, steady, why } of [
    { medians: [], steady: false, why: 'no window' },
    { medians: [10, 10], steady: false, why: 'two windows' },
    { medians: [10, 10, 10], steady: true, why: 'three equal windows' },
    { medians: [10, 11, 10.5], steady: true, why: 'exactly 10 %' },
    { medians: [10, 11.01, 10.5], steady: false, why: 'more than 10 %' },
    { medians: [11.01, 10.5, 10], steady: false, why: 'still falling' },
    { medians: [1, 1.1, 1], steady: true, why: 'exactly 10 %, which is no binary fraction' },
    { medians: [500, 30, 10, 10, 10.5], steady: true, why: 'steady at last' },
    { medians: [10, 10, 10, 30], steady: false, why: 'no longer steady' },
    { medians: [10, NaN, 10], steady: false, why: 'a window without a median' },
  ]) {
    it(`is ${steady} for ${why}`, () => {
      assert.equal(isSteady(medians), steady)
    })
  }
})
