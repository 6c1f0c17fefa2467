import assert from 'node:assert/strict'
import { compareLevels } from '../../../bench/statistics/comparison'
import { AA_GATE } from '../../../bench/statistics/gate'
import { findBlocksNeeded, simulatePower } from '../../../bench/statistics/power'
import { createNormalNoise, shareOf } from './noise'

const SEED = 1

describe('simulatePower', () => {
  it('is certain of targets that hardly vary, even with the fewest blocks', () => {
    for (const deviation of [0, 0.01, 0.02]) {
      const standardDeviations = [deviation, deviation, deviation, deviation]
      for (const power of simulatePower({ standardDeviations, blocks: 10, seed: SEED })) {
        assert.ok(power.slowerAt10Percent >= 0.9, `slower ${power.slowerAt10Percent}`)
        assert.ok(power.equivalentAt0Percent >= 0.9, `equivalent ${power.equivalentAt0Percent}`)
      }
    }
  })

  it('tells nothing from targets that vary a lot', () => {
    const [power] = simulatePower({ standardDeviations: [0.5], blocks: 10, seed: SEED })
    assert.ok(power!.slowerAt10Percent < 0.12)
    assert.equal(power!.equivalentAt0Percent, 0)
  })

  it('is that of the t test where nothing stands in the way', () => {
    // P(|T| > 2.262157) of the noncentral t with 9 degrees around log(1.1) / 0.1 * sqrt(10),
    // integrated numerically.
    const expected = 0.76495
    const [power] = simulatePower({
      standardDeviations: [0.1],
      blocks: 10,
      seed: SEED,
      runs: 10_000,
    })
    // An A/A comparison costs its 5 % of false alarms.
    const share = power!.slowerAt10Percent / 0.95
    assert.ok(Math.abs(share - expected) < 0.015, `power ${share}`)
  })

  it('counts that A/A must resolve the margin before equivalent is said', () => {
    const normal = createNormalNoise(8)
    const draw = (): number[] => Array.from({ length: 10 }, () => 0.06 * normal())
    const ungated = shareOf(4000, () => {
      const [compared] = compareLevels([{ concurrency: 1, logRatios: draw(), ...AA_GATE }])
      return compared!.verdict === 'equivalent'
    })
    const [power] = simulatePower({
      standardDeviations: [0.06],
      blocks: 10,
      seed: SEED,
      runs: 4000,
    })
    // A/A is as unsure as the comparison is, and independent of it.
    assert.ok(ungated > 0.3)
    assert.ok(Math.abs(power!.equivalentAt0Percent - ungated ** 2) < 0.05)
  })

  it('says nothing with too few blocks for a verdict', () => {
    const power = simulatePower({ standardDeviations: [0.01], blocks: 9, seed: SEED, runs: 10 })
    assert.deepEqual(power, [{ slowerAt10Percent: 0, equivalentAt0Percent: 0 }])
  })

  it('corrects for several levels', () => {
    const options = { blocks: 10, seed: SEED }
    const [alone] = simulatePower({ ...options, standardDeviations: [0.08] })
    const [among] = simulatePower({ ...options, standardDeviations: [0.08, 1, 1, 1] })
    assert.ok(among!.slowerAt10Percent < alone!.slowerAt10Percent - 0.05)
  })

  it('is decided by the seed', () => {
    const options = { standardDeviations: [0.08, 0.05], blocks: 12, runs: 300 }
    const power = simulatePower({ ...options, seed: 1 })
    assert.deepEqual(simulatePower({ ...options, seed: 1 }), power)
    assert.notDeepEqual(simulatePower({ ...options, seed: 2 }), power)
  })

  it('refuses what is no standard deviation', () => {
    for (const wrong of [-1, NaN, Infinity]) {
      const options = { standardDeviations: [wrong], blocks: 10, seed: SEED }
      assert.throws(() => simulatePower(options), RangeError)
      assert.throws(() => findBlocksNeeded(options), RangeError)
    }
  })
})

describe('findBlocksNeeded', () => {
  it('grows with the variance of each level, and gives up where 200 blocks are too few', () => {
    const needed = findBlocksNeeded({
      standardDeviations: [0.01, 0.05, 0.1, 0.3],
      blocks: 20,
      seed: SEED,
    })
    const [sure, usual, noisy, hopeless] = needed
    assert.equal(sure, 10)
    assert.ok(usual! > 10 && usual! < 30, `${usual}`)
    assert.ok(noisy! > 40 && noisy! < 80, `${noisy}`)
    assert.equal(hopeless, null)
  })

  it('agrees with the power at its answer, and one step before', () => {
    const options = { standardDeviations: [0.05, 0.07], seed: SEED, runs: 500 }
    const isEnough = (blocks: number, level: number): boolean => {
      const { slowerAt10Percent, equivalentAt0Percent } = simulatePower({ ...options, blocks })[
        level
      ]!
      return slowerAt10Percent >= 0.9 && equivalentAt0Percent >= 0.8
    }
    for (const [level, needed] of findBlocksNeeded({ ...options, blocks: 20 }).entries()) {
      assert.ok(isEnough(needed!, level))
      assert.ok(!isEnough(needed! - 2, level))
    }
  })

  it('never asks for more than there are where they are enough, nor for fewer where not', () => {
    for (const blocks of [9, 13, 16, 17, 18, 21, 220]) {
      const options = { standardDeviations: [0.05, 0.05], blocks, seed: SEED, runs: 300 }
      const needed = findBlocksNeeded(options)
      for (const [level, power] of simulatePower(options).entries()) {
        const enough = power.slowerAt10Percent >= 0.9 && power.equivalentAt0Percent >= 0.8
        assert.equal(needed[level]! <= blocks, enough, `${blocks} blocks, ${needed[level]} needed`)
      }
    }
  })
})
