import assert from 'node:assert/strict'
import type { WarmUp } from '../../bench/run'
import { toSweepRates } from '../../bench/sweep'

const toWarmUp = (concurrency: number, medians: readonly number[]): WarmUp => ({
  ...{ target: 'a', concurrency, medians, requests: 100, steady: true },
})

describe('the rates of a sweep', () => {
  it('are shares of what the quickest target answered at the end of its warm-up', () => {
    // Ten connections that wait 20 ms each get 500 answers a second, 40 ms 250.
    const rates = toSweepRates([toWarmUp(10, [90, 30, 20]), toWarmUp(10, [40])])
    assert.deepEqual(rates, [100, 200, 300, 350, 400, 450, 500, 550, 630])
  })

  it('are of two digits, ascending and different, however slow the targets are', () => {
    for (const median of [0.7, 3.3, 77, 1234, 60_000]) {
      const rates = toSweepRates([toWarmUp(10, [median])])
      assert.deepEqual(
        [...new Set(rates)].sort((one, other) => one - other),
        rates,
      )
      for (const rate of rates) assert.equal(Number(rate.toPrecision(2)), rate)
      assert.ok(Math.abs(rates[6]! / (10_000 / median) - 1) < 0.06)
    }
  })

  it('need a warm-up that was answered', () => {
    assert.throws(() => toSweepRates([toWarmUp(10, [])]), RangeError)
  })
})
