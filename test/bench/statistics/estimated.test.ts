import assert from 'node:assert/strict'
import { compareEstimates, toDifference } from '../../../bench/statistics/comparison'
import { toEstimated, toEstimatedDifference } from '../../../bench/statistics/estimated'
import type { Estimated } from '../../../bench/statistics/estimated'
import { AA_GATE } from '../../../bench/statistics/gate'
import { createNormalNoise, createSkewedNoise, shareOf } from './noise'
import type { Noise } from './noise'

/** "Student" (1908): hours of sleep gained by each of two drugs. */
const DRUGS = [
  [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2],
  [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
] as const

/** The interval of a mean, by way of the ratio that it is the logarithm of. */
function toInterval(estimate: Estimated | null): readonly [lower: number, upper: number] {
  const [compared] = compareEstimates([{ estimate, ...AA_GATE }])
  return [Math.log(compared!.lower!), Math.log(compared!.upper!)]
}

describe('toEstimatedDifference', () => {
  it("gives the published test of Student's sleep data", () => {
    // As R's help of t.test prints it: t = -1.8608, df = 17.776, p-value = 0.07939.
    const estimate = toEstimatedDifference(DRUGS[0], DRUGS[1])!
    assert.equal((estimate.value / estimate.spread).toFixed(4), '-1.8608')
    assert.equal(estimate.degrees?.toFixed(3), '17.776')
    assert.equal(toDifference(estimate).toFixed(5), '0.07939')
    const [lower, upper] = toInterval(estimate)
    assert.equal(lower.toFixed(7), '-3.3654832')
    assert.equal(upper.toFixed(7), '0.2054832')
  })

  it('is the other way round when the sides are swapped', () => {
    const [one, other] = [
      toEstimatedDifference(DRUGS[0], DRUGS[1])!,
      toEstimatedDifference(DRUGS[1], DRUGS[0])!,
    ]
    assert.equal(one.value, -other.value)
    assert.equal(one.degrees, other.degrees)
    assert.equal(toDifference(one), toDifference(other))
  })

  it('has no interval where one side has a single block, and nothing to say of none', () => {
    const estimate = toEstimatedDifference([1], [1, 2, 3])!
    assert.deepEqual([estimate.degrees, estimate.blocks, estimate.value], [null, 1, -1])
    assert.equal(toDifference(estimate), 1)
    assert.equal(toEstimatedDifference([], [1, 2]), null)
    assert.equal(toEstimatedDifference([1, 2], []), null)
  })

  it('is known where nothing varies', () => {
    const differs = toEstimatedDifference([2, 2, 2], [1, 1])!
    assert.deepEqual([toDifference(differs), differs.value], [0, 1])
    assert.equal(toDifference(toEstimatedDifference([1, 1], [1, 1])!), 1)
  })

  it('refuses what is not finite', () => {
    assert.throws(() => toEstimatedDifference([1, NaN], [1, 2]), RangeError)
  })

  const draw = (noise: Noise, blocks: number, deviation: number): number[] =>
    Array.from({ length: blocks }, () => deviation * noise())

  for (const { what, noise, blocks, deviations } of [
    { what: 'equal', noise: createNormalNoise(1), blocks: [12, 12], deviations: [0.1, 0.1] },
    { what: 'unequal', noise: createNormalNoise(2), blocks: [12, 40], deviations: [0.2, 0.05] },
    { what: 'skewed', noise: createSkewedNoise(3, 0.4), blocks: [12, 20], deviations: [0.1, 0.1] },
  ] as const) {
    it(`holds the true difference in 95 of 100 simulated pairs of runs with ${what} spreads`, () => {
      const covered = shareOf(4000, () => {
        const [a, b] = [
          draw(noise, blocks[0], deviations[0]),
          draw(noise, blocks[1], deviations[1]),
        ]
        const [lower, upper] = toInterval(toEstimatedDifference(a, b))
        return lower <= 0 && 0 <= upper
      })
      assert.ok(covered > 0.935 && covered < 0.965, `${covered}`)
    })
  }
})

describe('toEstimated', () => {
  it('is the mean of blocks, with one degree of freedom less than blocks', () => {
    const estimate = toEstimated([1, 2, 3, 4])!
    assert.deepEqual([estimate.value, estimate.blocks, estimate.degrees], [2.5, 4, 3])
    // The standard error of four values whose variance is 5 / 3.
    assert.ok(Math.abs(estimate.spread / estimate.root - Math.sqrt(5 / 12)) < 1e-12)
  })

  it('has no degree with one block, and is nothing without', () => {
    assert.equal(toEstimated([1])!.degrees, null)
    assert.equal(toEstimated([]), null)
  })
})
