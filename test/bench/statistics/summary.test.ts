import assert from 'node:assert/strict'
import fc from 'fast-check'
import { meanInterval } from '../../../bench/statistics/interval'
import { summarise } from '../../../bench/statistics/summary'
import { createNormalNoise } from './noise'

const STATISTICS = ['mean', 'p50', 'p90', 'p99'] as const

function assertNear(actual: number | null, expected: number): void {
  assert.ok(actual !== null && Math.abs(actual - expected) < 1e-5, `${actual} is not ${expected}`)
}

/** 1 to `count`, dealt to so many blocks in turn. */
function deal(count: number, blocks: number): number[][] {
  const dealt = Array.from({ length: blocks }, (): number[] => [])
  for (let value = 1; value <= count; value++) dealt[value % blocks]!.push(value)
  return dealt
}

describe('summarise', () => {
  it('gives the values of the pooled rows, not means of the blocks', () => {
    const { mean, p50, p90, p99 } = summarise([
      ...deal(1000, 7),
      Array.from({ length: 1000 }, (_, at) => 1001 + at),
    ])
    assert.deepEqual(
      [mean, p50, p90, p99].map(({ value }) => value),
      [1000.5, 1000, 1800, 1980],
    )
  })

  it('has the interval of a mean over blocks of several sizes', () => {
    const { mean } = summarise([[1, 3], [5], [2, 2, 2]])
    // Block totals 4, 5, 6 are -1, 2.5, -1.5 from 2.5 a value: sqrt(9.5 * 3 / 2) / 6 * t(0.975, 2).
    assert.equal(mean.value, 2.5)
    assertNear(mean.lower, 2.5 - 2.707028)
    assertNear(mean.upper, 2.5 + 2.707028)
  })

  it('has the interval of the block means where blocks are of one size', () => {
    const blocks = fc.array(
      fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 4, maxLength: 4 }),
      { minLength: 2, maxLength: 12 },
    )
    fc.assert(
      fc.property(blocks, (of) => {
        const { mean } = summarise(of)
        const means = of.map((block) => block.reduce((sum, value) => sum + value, 0) / 4)
        const expected = meanInterval(means)
        assertNear(mean.value, expected.value)
        assertNear(mean.lower, expected.lower)
        assertNear(mean.upper, expected.upper)
      }),
    )
  })

  it('has the interval of a quantile between the ranks that the blocks tell', () => {
    const { p50 } = summarise([
      [1, 2, 3, 9, 10],
      [4, 5, 6, 11, 12],
      [7, 8, 13, 14, 15],
    ])
    // Up to the 8 there are 3, 3, 2 of 5, which is 1/3, 1/3, -2/3 from 8 / 15 each: a standard
    // error of sqrt(2 / 3 * 3 / 2) / 15, so ranks (0.5 -+ t(0.975, 2) / 15) * 15 = 3.2 and 11.8.
    assert.deepEqual(p50, { value: 8, lower: 4, upper: 12 })
  })

  it('needs no scale: logarithms have the same ranks', () => {
    const normal = createNormalNoise(4)
    const times = Array.from({ length: 10 }, () => {
      const block = normal() / 5
      return Array.from({ length: 70 }, () => Math.exp(block + normal()))
    })
    const plain = summarise(times)
    const logarithms = summarise(times.map((block) => block.map(Math.log)))
    for (const name of ['p50', 'p90', 'p99'] as const) {
      for (const end of ['value', 'lower', 'upper'] as const) {
        assert.equal(Math.log(plain[name][end]!), logarithms[name][end])
      }
    }
  })

  it('rises from quantile to quantile, each inside its interval and the values', () => {
    const block = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 100, maxLength: 120 })
    fc.assert(
      fc.property(fc.array(block, { minLength: 7, maxLength: 9 }), (blocks) => {
        const summary = summarise(blocks)
        const rising = [Math.min(...blocks.flat())]
        for (const name of ['p50', 'p90', 'p99'] as const) {
          const { value, lower, upper } = summary[name]
          assert.ok(lower! <= value! && value! <= upper!)
          rising.push(value!)
        }
        rising.push(Math.max(...blocks.flat()))
        assert.deepEqual(
          rising,
          [...rising].sort((one, other) => one - other),
        )
      }),
    )
  })

  it('widens its intervals with the level', () => {
    const blocks = deal(900, 8).map((block, at) => block.map((value) => value * (1 + at / 10)))
    const [narrow, wide] = [summarise(blocks, 0.5), summarise(blocks)]
    for (const name of STATISTICS) {
      assert.ok(wide[name].lower! < narrow[name].lower!)
      assert.ok(wide[name].upper! > narrow[name].upper!)
    }
  })

  it('is a point where all requests take equally long', () => {
    const summary = summarise(Array.from({ length: 10 }, () => new Float64Array(70).fill(50.1)))
    for (const name of ['p50', 'p90', 'p99'] as const) {
      assert.deepEqual(summary[name], { value: 50.1, lower: 50.1, upper: 50.1 })
    }
    for (const end of ['value', 'lower', 'upper'] as const) assertNear(summary.mean[end], 50.1)
  })

  it('gives no quantile of too few values', () => {
    const few = summarise(deal(63, 10))
    assert.equal(few.p50.value, 32)
    assert.deepEqual(few.p90, {
      value: null,
      lower: null,
      upper: null,
      reason: 'n too small: p90 needs 64, there are 63',
    })
    assert.equal(summarise(deal(10, 2)).p50.value, null)
    assert.equal(summarise(deal(11, 2)).p50.value, 6)
    assert.equal(summarise(deal(64, 10)).p90.value, 58)
    assert.equal(summarise(deal(661, 10)).p99.value, null)
    assert.equal(summarise(deal(662, 10)).p99.value, 656)
  })

  it('gives no interval of one block, and does not count blocks without values', () => {
    const one = summarise([deal(900, 1)[0]!, []])
    for (const name of STATISTICS) {
      assert.notEqual(one[name].value, null)
      assert.deepEqual(
        { ...one[name], value: 0 },
        {
          value: 0,
          lower: null,
          upper: null,
          reason: 'one block has no interval',
        },
      )
    }
    const blocks = deal(900, 3)
    assert.deepEqual(summarise([[], ...blocks, []]), summarise(blocks))
  })

  it('says so where nothing was measured', () => {
    for (const name of STATISTICS) {
      assert.deepEqual(summarise([[], []])[name], {
        value: null,
        lower: null,
        upper: null,
        reason: 'nothing was measured',
      })
    }
  })

  it('refuses what is not finite', () => {
    for (const wrong of [NaN, Infinity, -Infinity]) {
      assert.throws(() => summarise([[1, 2], [wrong]]), RangeError)
    }
  })

  /** Requests' times are lognormal, and all of a block's are slower or faster together. */
  const SIGMA = 0.3
  const BLOCK_SIGMA = 0.05
  const TOTAL = Math.hypot(SIGMA, BLOCK_SIGMA)
  const TRUTH = {
    mean: Math.exp(TOTAL ** 2 / 2),
    p50: 1,
    p90: Math.exp(TOTAL * 1.2815515655446004),
    p99: Math.exp(TOTAL * 2.3263478740408408),
  }
  for (const { blocks, runs } of [
    { blocks: 10, runs: 4000 },
    { blocks: 20, runs: 2000 },
  ]) {
    it(`covers the true values in 95 % of runs: ${blocks} blocks`, () => {
      const normal = createNormalNoise(blocks)
      const covered = { mean: 0, p50: 0, p90: 0, p99: 0 }
      for (let run = 0; run < runs; run++) {
        const summary = summarise(
          Array.from({ length: blocks }, () => {
            const block = BLOCK_SIGMA * normal()
            return Float64Array.from({ length: 70 }, () => Math.exp(block + SIGMA * normal()))
          }),
        )
        for (const name of STATISTICS) {
          const { lower, upper } = summary[name]
          if (lower! <= TRUTH[name] && TRUTH[name] <= upper!) covered[name] += 1
        }
      }
      for (const name of STATISTICS) {
        const share = covered[name] / runs
        assert.ok(share >= 0.935 && share <= 0.97, `${name}: covered ${share}`)
      }
    })
  }
})
