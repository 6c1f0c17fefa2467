import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  compareLevels,
  toLogRatios,
  type ComparedLevel,
  type CompareOptions,
  type Level,
} from '../../../bench/statistics/comparison'
import { AA_GATE } from '../../../bench/statistics/gate'
import { ratioInterval } from '../../../bench/statistics/interval'
import { createNormalNoise, createSkewedNoise, shareOf } from './noise'

/** So many log-ratios with exactly this geometric mean and standard deviation. */
function spread(ratio: number, standardDeviation: number, blocks = 10): number[] {
  const reach = standardDeviation * Math.sqrt((blocks - 1) / blocks)
  return Array.from({ length: blocks }, (_, at) => Math.log(ratio) + (at % 2 ? reach : -reach))
}

function toLevel(logRatios: readonly number[], gate: Partial<Level> = {}): Level {
  return { concurrency: 1, logRatios, resolution: 0.03, alarm: false, ...gate }
}

function compareOne(
  logRatios: readonly number[],
  gate: Partial<Level> = {},
  options: CompareOptions = {},
): ComparedLevel {
  return compareLevels([toLevel(logRatios, gate)], options)[0]!
}

function isAlarm({ verdict }: ComparedLevel): boolean {
  return verdict === 'slower' || verdict === 'faster'
}

/** The standard deviation of ten blocks whose interval reaches `share` to the upper side. */
function reaching(share: number): number {
  return (Math.log(1 + share) * Math.sqrt(10)) / 2.262157
}

describe('toLogRatios', () => {
  it('pairs the blocks', () => {
    assert.deepEqual(toLogRatios([2, 3], [1, 3]), [Math.log(2), 0])
  })

  it('refuses what has no ratio', () => {
    assert.throws(() => toLogRatios([1, 2], [1]), RangeError)
    for (const wrong of [0, -1, NaN, Infinity]) {
      assert.throws(() => toLogRatios([wrong], [1]), RangeError)
      assert.throws(() => toLogRatios([1], [wrong]), RangeError)
    }
  })
})

describe('compareLevels', () => {
  it('gives the ratio and its interval at each level, not corrected', () => {
    const levels = [1.5, 1.01, 0.7].map((ratio, at) => ({
      ...toLevel(spread(ratio, 0.1 + at / 10, 10 + at)),
      concurrency: 5 * at,
    }))
    const compared = compareLevels(levels)
    for (const [at, { logRatios, concurrency }] of levels.entries()) {
      const { value, lower, upper } = ratioInterval(logRatios)
      const { ratio, ...rest } = compared[at]!
      assert.equal(ratio, value)
      assert.equal(rest.lower, lower)
      assert.equal(rest.upper, upper)
      assert.equal(rest.blocks, 10 + at)
      assert.equal(rest.concurrency, concurrency)
    }
  })

  it('says the four verdicts', () => {
    assert.equal(compareOne(spread(1, 0.03)).verdict, 'equivalent')
    assert.equal(compareOne(spread(1.1, 0.03)).verdict, 'slower')
    assert.equal(compareOne(spread(0.9, 0.03)).verdict, 'faster')
    assert.equal(compareOne(spread(1.02, 0.1)).verdict, 'undecided')
  })

  it('calls more of a throughput faster', () => {
    assert.equal(compareOne(spread(1.1, 0.03), {}, { more: 'faster' }).verdict, 'faster')
    assert.equal(compareOne(spread(0.9, 0.03), {}, { more: 'faster' }).verdict, 'slower')
  })

  it('calls a small difference equivalent, even where it is certain', () => {
    assert.equal(compareOne(spread(1.02, 0.001)).verdict, 'equivalent')
    assert.equal(compareOne(spread(1.02, 0.001), {}, { margin: 0.01 }).verdict, 'slower')
  })

  it('of one level says what the interval says', () => {
    const cases = fc.tuple(
      fc.double({ min: 0.85, max: 1.15, noNaN: true }),
      fc.double({ min: 0.0001, max: 0.2, noNaN: true }),
      fc.integer({ min: 10, max: 40 }),
      fc.constantFrom(0.9, 0.95, 0.99),
      fc.constantFrom(0.03, 0.05, 0.1),
    )
    fc.assert(
      fc.property(cases, ([ratio, deviation, blocks, level, margin]) => {
        const logRatios = spread(ratio, deviation, blocks)
        const options = { level, margin }
        const { lower, upper, verdict } = compareOne(logRatios, {}, options)
        const expected = (): string => {
          if (lower! >= 1 - margin && upper! <= 1 + margin) return 'equivalent'
          if (lower! > 1) return 'slower'
          return upper! < 1 ? 'faster' : 'undecided'
        }
        assert.equal(verdict, expected())
      }),
      { numRuns: 1000 },
    )
  })

  it('has the margin from 0.95 to 1.05, not symmetric as a ratio', () => {
    const deviation = 1e-9
    for (const [ratio, verdict] of [
      [0.9501, 'equivalent'],
      [0.9499, 'faster'],
      [1.0499, 'equivalent'],
      [1.0501, 'slower'],
    ] as const) {
      assert.equal(compareOne(spread(ratio, deviation)).verdict, verdict)
    }
  })

  it('says of an undecided level why', () => {
    const apart = 1.1
    const barely = spread(apart, reaching(0.095))
    const inside = spread(1, reaching(0.045))
    const both = spread(1.025, reaching(0.0242))
    const unclear = spread(1, 0.2)
    const reasons = compareLevels([barely, inside, both, unclear].map((of) => toLevel(of)))
    assert.deepEqual(
      reasons.map(({ verdict, reason }) => ({ verdict, reason })),
      [
        'apart from 1 only before the correction for 4 concurrency levels',
        'inside ±5 % only before the correction for 4 concurrency levels',
        'inside ±5 % and apart from 1 only before the correction for 4 concurrency levels',
        'the interval holds 1 and reaches beyond ±5 %',
      ].map((reason) => ({ verdict: 'undecided', reason })),
    )
    // Each alone is as its interval says, and needs no reason.
    for (const [of, verdict] of [
      [barely, 'slower'],
      [inside, 'equivalent'],
      [both, 'equivalent'],
    ] as const) {
      assert.equal(compareOne(of).verdict, verdict)
      assert.ok(!('reason' in compareOne(of)))
    }
  })

  it('lets a level pass by what the surer ones leave of the error', () => {
    // Of two levels the less sure one has the whole 5 % once the other has passed.
    const barely = spread(1.1, reaching(0.095))
    const sure = spread(1.1, 0.01)
    const unsure = spread(1, 0.2)
    assert.equal(compareLevels([barely, sure].map((of) => toLevel(of)))[0]!.verdict, 'slower')
    const equal = Array<number>(10).fill(0)
    for (const other of [unsure, equal]) {
      const [compared] = compareLevels([barely, other].map((of) => toLevel(of)))
      assert.equal(compared!.verdict, 'undecided')
      assert.equal(
        compared!.reason,
        'apart from 1 only before the correction for 2 concurrency levels',
      )
    }
    // A level that is not tested needs no correction.
    const three = compareLevels([barely, unsure, unsure.slice(1)].map((of) => toLevel(of)))
    assert.equal(
      three[0]!.reason,
      'apart from 1 only before the correction for 2 concurrency levels',
    )
  })

  it('gives no verdict with too few blocks, and does not correct for such levels', () => {
    const compared = compareLevels([
      toLevel(spread(1.5, 0.001, 9)),
      toLevel(spread(1.1, reaching(0.095))),
      toLevel([]),
      toLevel([Math.log(2)]),
    ])
    assert.deepEqual(
      compared.map(({ verdict }) => verdict),
      ['undecided', 'slower', 'undecided', 'undecided'],
    )
    assert.equal(compared[0]!.reason, '9 of the 10 blocks that a verdict needs')
    assert.ok(compared[0]!.lower! > 1.49)
    const nothing = { ratio: null, lower: null, upper: null, blocks: 0 }
    assert.deepEqual({ ...compared[2]!, ...nothing }, compared[2])
    assert.equal(compared[2]!.reason, '0 of the 10 blocks that a verdict needs')
    assert.deepEqual({ ...compared[3]!, ratio: 2, lower: null, upper: null }, compared[3])
    assert.equal(compareOne(spread(1.5, 0.001, 9), {}, { minimumBlocks: 9 }).verdict, 'slower')
    assert.equal(
      compareOne([1], {}, { minimumBlocks: 1 }).reason,
      '1 of the 2 blocks that a verdict needs',
    )
  })

  it('says equivalent only where A/A resolves the margin', () => {
    const equal = spread(1, 0.01)
    for (const [resolution, verdict, reason] of [
      [0, 'equivalent', undefined],
      [0.05, 'equivalent', undefined],
      [0.0501, 'undecided', 'inside ±5 %, but the A/A comparison resolves ±5.1 % only'],
      [0.3, 'undecided', 'inside ±5 %, but the A/A comparison resolves ±30 % only'],
      [null, 'undecided', 'inside ±5 %, but there is no A/A comparison'],
    ] as const) {
      const compared = compareOne(equal, { resolution })
      assert.equal(compared.verdict, verdict)
      assert.equal(compared.reason, reason)
      assert.equal(compareOne(spread(1.2, 0.01), { resolution }).verdict, 'slower')
    }
  })

  it('never turns equivalent into slower for want of an A/A comparison', () => {
    const certain = spread(1.02, 0.001)
    assert.equal(compareOne(certain).verdict, 'equivalent')
    for (const resolution of [0.1, null]) {
      assert.equal(compareOne(certain, { resolution }).verdict, 'undecided')
    }
  })

  it('says nothing where A/A raises an alarm', () => {
    for (const ratio of [0.8, 1, 1.2]) {
      const { verdict, reason } = compareOne(spread(ratio, 0.01), { alarm: true })
      assert.equal(verdict, 'undecided')
      assert.equal(reason, 'the A/A comparison itself says slower or faster here')
    }
  })

  it('judges targets without any variance', () => {
    for (const [ratio, verdict] of [
      [1, 'equivalent'],
      [1.04, 'equivalent'],
      [0.95, 'equivalent'],
      [1.05, 'equivalent'],
      [1.06, 'slower'],
      [0.94, 'faster'],
    ] as const) {
      const compared = compareOne(Array<number>(10).fill(Math.log(ratio)))
      assert.equal(compared.verdict, verdict)
      assert.equal(compared.lower, compared.upper)
      assert.ok(Math.abs(compared.ratio! - ratio) < 1e-12)
    }
  })

  it('inverts the ratio and the words when the sides are swapped', () => {
    const swapped = { slower: 'faster', faster: 'slower' } as const
    const logRatios = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
      minLength: 10,
      maxLength: 20,
    })
    const someLevels = fc.array(logRatios, { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(someLevels, (levels) => {
        const straight = compareLevels(levels.map((of) => toLevel(of)))
        const inverted = compareLevels(levels.map((of) => toLevel(of.map((value) => -value))))
        for (const [at, { ratio, lower, verdict }] of straight.entries()) {
          const other = inverted[at]!
          assert.ok(Math.abs(ratio! * other.ratio! - 1) < 1e-9)
          assert.ok(Math.abs(lower! * other.upper! - 1) < 1e-9)
          if (verdict === 'slower' || verdict === 'faster') {
            assert.equal(other.verdict, swapped[verdict])
          }
        }
      }),
    )
  })

  it('refuses log-ratios that are not finite', () => {
    assert.throws(() => compareOne([...spread(1, 0.1), NaN]), RangeError)
  })

  // The lower bounds: a comparison that never says anything raises no alarm either.
  const RUNS = 10_000
  const skewed = createSkewedNoise(6, 0.6)
  for (const { name, noise, atLeast } of [
    { name: 'normal', noise: createNormalNoise(5), atLeast: 0.04 },
    // Of each side's times; a ratio of equals is symmetric all the same.
    { name: 'skewed', noise: () => skewed() - skewed(), atLeast: 0.02 },
  ]) {
    for (const blocks of [10, 20]) {
      it(`raises few false alarms in A/A of 4 levels: ${blocks} blocks, ${name} noise`, () => {
        const alarms = shareOf(RUNS, () =>
          compareLevels(
            [1, 5, 10, 20].map((concurrency) => {
              const logRatios = Array.from({ length: blocks }, () => 0.1 * noise())
              return { concurrency, logRatios, ...AA_GATE }
            }),
          ).some(isAlarm),
        )
        // 5 % and three standard errors.
        assert.ok(alarms >= atLeast && alarms <= 0.0566, `${alarms} false alarms`)
      })
    }
  }

  it('seldom says equivalent at the margin itself', () => {
    const normal = createNormalNoise(7)
    const wrong = shareOf(RUNS, () =>
      compareLevels(
        [1, 5, 10, 20].map(() =>
          toLevel(Array.from({ length: 10 }, () => Math.log(1.05) + 0.03 * normal())),
        ),
      ).some(({ verdict }) => verdict === 'equivalent'),
    )
    // 2.5 % and three standard errors.
    assert.ok(wrong >= 0.015 && wrong <= 0.0297, `${wrong} wrong`)
  })
})
