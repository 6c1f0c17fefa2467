import assert from 'node:assert/strict'
import fc from 'fast-check'
import { toReport } from '../../bench/report/json'
import { toMarkdown } from '../../bench/report/markdown'
import { METRICS } from '../../bench/report/report'
import type {
  Comparison,
  Condition,
  Metric,
  OpenCondition,
  Report,
} from '../../bench/report/report'
import { validateReport } from '../../bench/report/schema'
import { toText } from '../../bench/report/text'
import { nearestRank } from '../../bench/statistics/quantile'
import { summarise } from '../../bench/statistics/summary'
import { createRandom } from '../helpers/random'
import { toFacts, toRawRun } from '../helpers/raw-run'
import type { MadeTrial } from '../helpers/raw-run'

type MadeRun = Parameters<typeof toRawRun>[0]

function report(made: MadeRun): Report {
  const { report } = toReport(toRawRun(made))
  validateReport(report)
  return report
}

function find(
  { comparisons }: Pick<Report, 'comparisons'>,
  metric: Metric,
  concurrency = 1,
): Comparison {
  const found = comparisons.filter(
    (each) => each.metric === metric && each.concurrency === concurrency,
  )
  assert.equal(found.length, 1)
  return found[0]!
}

const conditionOf = ({ conditions }: Report, target: string, concurrency = 1): Condition => {
  const found = conditions.filter(
    (each) => each.target === target && each.workload.concurrency === concurrency,
  )
  assert.equal(found.length, 1, `${target} at ${concurrency}`)
  return found[0]!
}

const sort = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b)
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** Ten blocks of a, b and b again; a takes `ratio` times as long. */
function toBlocks({
  ratio = 1,
  requests = 64,
  noise = 0.001,
  blocks = 10,
  again = 1,
}: {
  ratio?: number
  requests?: number
  noise?: number
  blocks?: number
  /** How many times as long b again takes. */
  again?: number
}): MadeTrial[] {
  const random = createRandom(5)
  const times = (factor: number): number[] => {
    const block = factor * (1 + noise * (random() - 0.5))
    return Array.from({ length: requests }, (_, at) => 10 * block * (1 + 0.3 * (at / requests)))
  }
  return Array.from({ length: blocks }, (_, block): MadeTrial[] => [
    { target: 'a', block, times: times(ratio) },
    { target: 'b', block, times: times(1) },
    { target: 'b again', block, times: times(again) },
  ]).flat()
}

describe('the report of raw rows', () => {
  it('is of its schema, and of nothing, where nothing was measured', () => {
    const { valid, conditions, comparisons, paper, resolution, power } = report({})
    assert.deepEqual([valid, conditions, paper, resolution, power], [true, [], null, null, []])
    assert.equal(comparisons.length, METRICS.length)
    assert.ok(comparisons.every(({ ratio, verdict }) => ratio === null && verdict === 'undecided'))
  })

  it('is of its schema where not even the targets are known', () => {
    const failures = ['a: nothing answers']
    const run = { targets: [], failures, state: 'failed' } as const
    const { valid, invalidReasons, comparisons } = report({ run })
    assert.deepEqual([valid, invalidReasons, comparisons], [false, failures, []])
  })

  it('is the same of the same rows', () => {
    const trials = toBlocks({ blocks: 2, noise: 0.3 })
    assert.deepEqual(report({ trials }), report({ trials }))
    assert.notDeepEqual(report({ trials }), report({ trials: trials.slice(1) }))
  })

  describe('has conditions', () => {
    it('whose quantiles are nearest ranks of all right rows together', () => {
      const block = fc.array(fc.integer({ min: 1, max: 10 ** 6 }), { minLength: 1, maxLength: 300 })
      fc.assert(
        fc.property(fc.array(block, { minLength: 1, maxLength: 4 }), (blocks) => {
          const trials = blocks.map((times, at) => ({
            target: 'a',
            block: at,
            times,
            errors: { wrong: 1 },
          }))
          const { responseTime } = conditionOf(report({ trials }), 'a')
          const all = sort(blocks.flat())
          for (const [name, share, minimum] of [
            ['p50', 0.5, 11],
            ['p90', 0.9, 64],
            ['p99', 0.99, 662],
          ] as const) {
            const { value } = responseTime[name]
            assert.equal(value, all.length < minimum ? null : nearestRank(all, share))
          }
          assert.ok(Math.abs(responseTime.mean.value! / (sum(all) / all.length) - 1) < 1e-9)
          assert.deepEqual(responseTime, summarise(blocks))
        }),
        { numRuns: 30 },
      )
    })

    it('with no p90 below 64 requests and no p99 below 662, and the reason in its place', () => {
      for (const [requests, p90, p99] of [
        [63, null, null],
        [64, 58, null],
        [661, 595, null],
        [662, 596, 656],
      ] as const) {
        const times = Array.from({ length: requests }, (_, at) => at + 1)
        const trials = [
          { target: 'a', block: 0, times: times.slice(0, 30) },
          { target: 'a', block: 1, times: times.slice(30) },
        ]
        const { responseTime } = conditionOf(report({ trials }), 'a')
        assert.deepEqual([responseTime.p90.value, responseTime.p99.value], [p90, p99])
        if (p90 === null) {
          const { reason } = responseTime.p90 as { reason?: string }
          assert.equal(reason, `n too small: p90 needs 64, there are ${requests}`)
        }
        if (p99 === null) {
          const { reason } = responseTime.p99 as { reason?: string }
          assert.equal(reason, `n too small: p99 needs 662, there are ${requests}`)
        }
      }
    })

    it('whose times are parts of each request: waiting is what the server did not take', () => {
      const times = [10, 20, 40, 80, 160]
      const trials = [0, 1, 2].map((block) => ({ target: 'a', block, times, serviceShare: 0.75 }))
      const condition = conditionOf(report({ trials }), 'a')
      const toMean = (name: 'waitingTime' | 'predictionTime' | 'decodeTime'): number =>
        condition[name].mean.value ?? Number.NaN
      assert.equal(toMean('waitingTime'), 62 * 0.25)
      assert.equal(condition.waitingTime.p50.value, 40 - 30)
      assert.equal(toMean('predictionTime'), 62 * 0.375)
      assert.equal(toMean('decodeTime'), 62 * 0.1875)
      assert.equal(condition.queueTime.mean.value, 0.25)
    })

    it('whose waiting times are taken request by request, not of the medians', () => {
      // The slow request waited least: 30 - 29.7; the other 20 - 1.
      const { trials, ...rest } = toRawRun({ trials: [{ target: 'a', times: [20, 30] }] })
      const [trial] = trials
      const [first, second] = trial!.observations
      const observations = [
        { ...first!, serviceTime: 1 },
        { ...second!, serviceTime: 29.75 },
      ]
      const { report } = toReport({ ...rest, trials: [{ ...trial!, observations }] })
      const { waitingTime } = conditionOf(report, 'a')
      assert.equal(waitingTime.mean.value, (19 + 0.25) / 2)
    })

    it('with rates and CPU of all answers, but goodput of the right ones', () => {
      const made = (block: number, more: Partial<MadeTrial>): MadeTrial => ({
        target: 'a',
        block,
        duration: 500,
        cpuSeconds: { a: 0.25 },
        generatorCpuSeconds: 0.125,
        ...more,
      })
      const trials = [
        made(0, { times: Array<number>(30).fill(10), peakMemoryBytes: 300 }),
        made(1, {
          times: Array<number>(10).fill(10),
          errors: { status: 6, wrong: 3, garbage: 1, 'timed-out': 2, unanswered: 4 },
          peakMemoryBytes: 200,
        }),
      ]
      const { conditions, ...rest } = report({ trials })
      const condition = conditionOf({ ...rest, conditions }, 'a')
      assert.deepEqual([condition.blocks, condition.requests, condition.errors], [2, 56, 16])
      assert.deepEqual([condition.throughput, condition.goodput], [50, 40])
      assert.deepEqual([condition.cpuMsPerRequest, condition.generatorCpuMsPerRequest], [10, 5])
      assert.equal(condition.peakMemoryBytes, 300)
      // Times are of right answers only.
      assert.equal(condition.responseTime.mean.value, 10)
      assert.equal(conditions.length, 1)
    })

    it('whose CPU is unknown where one of its trials does not know it', () => {
      const trials = [
        { target: 'a', block: 0, cpuSeconds: { a: 1 } },
        { target: 'a', block: 1, cpuSeconds: { a: null } },
      ]
      assert.equal(conditionOf(report({ trials }), 'a').cpuMsPerRequest, null)
    })

    it('with the CPU that the busiest idle target used meanwhile', () => {
      const trials = [0, 1].map((block) => ({
        target: 'a',
        block,
        duration: 1000,
        witnessCpuSeconds: { a: 0.9, b: 0.25, 'b again': 0.01 },
      }))
      const made = report({ trials })
      assert.equal(conditionOf(made, 'a').idleCpuShare, 0.25)
      assert.deepEqual(
        made.warnings.filter((warning) => warning.includes('another target')),
        ['while a was loaded (1 at once), another target used 25.0 % of a core'],
      )
    })

    it('one for each level and target, of the closed loop only', () => {
      const plan = { concurrency: [1, 5] }
      const trials = [
        { target: 'a', concurrency: 5, times: [1] },
        { target: 'a', concurrency: 1, times: [2] },
        { target: 'b', concurrency: 5, times: [3] },
        { target: 'b', concurrency: 1, times: [1000], experiment: 'group' },
        { target: 'b', concurrency: 1, times: [1000], experiment: 'sequence' },
      ] as const
      const { conditions } = report({ plan, trials })
      assert.deepEqual(
        conditions.map(({ target, workload, responseTime }) => [
          target,
          workload.concurrency,
          responseTime.mean.value,
        ]),
        [
          ['a', 1, 2],
          ['a', 5, 1],
          ['b', 5, 3],
        ],
      )
    })

    it('and their response times at each percent, for plots', () => {
      const times = Array.from({ length: 200 }, (_, at) => 200 - at)
      const { distributions } = toReport(
        toRawRun({ trials: [{ target: 'b', times, errors: { wrong: 5 } }] }),
      )
      assert.equal(distributions.length, 1)
      const { target, concurrency, quantiles } = distributions[0]!
      assert.deepEqual([target, concurrency, quantiles.length], ['b', 1, 101])
      assert.deepEqual(
        [quantiles[0], quantiles[1], quantiles[50], quantiles[100]],
        [1, 2, 100, 200],
      )
    })
  })

  describe('compares', () => {
    it('block by block: the ratio is the geometric mean of the blocks', () => {
      const trials = [
        [10, 5],
        [10, 20],
        [30, 10],
      ].flatMap(([a, b], block) => [
        { target: 'a', block, times: [a!, a!, a!], cpuSeconds: { a: a! } },
        { target: 'b', block, times: [b!, b!, b!], cpuSeconds: { b: 2 * b! } },
      ])
      const made = report({ trials })
      const expected = Math.cbrt(2 * 0.5 * 3)
      const near = (value: number | null, to: number): void => {
        assert.ok(Math.abs((value ?? 0) / to - 1) < 1e-9, `${value}, not ${to}`)
      }
      near(find(made, 'responseTime.mean').ratio, expected)
      near(find(made, 'throughput').ratio, 1 / expected)
      near(find(made, 'cpuMsPerRequest').ratio, expected / 2)
      assert.equal(find(made, 'responseTime.mean').blocks, 3)
    })

    it('only blocks that both have', () => {
      const whole = toBlocks({ ratio: 2, blocks: 12 })
      const trials = whole.filter(
        ({ target, block }) =>
          !(target === 'a' && block === 3) && !(target === 'b' && (block === 0 || block === 11)),
      )
      const made = report({ trials })
      const { blocks, ratio } = find(made, 'responseTime.p50')
      assert.equal(blocks, 9)
      assert.ok(Math.abs((ratio ?? 0) - 2) < 0.01)
      assert.equal(conditionOf(made, 'a').blocks, 11)
    })

    it('p90 only of blocks of 64 right answers, and says why not', () => {
      const errors = { status: 10 }
      const enough = toBlocks({ requests: 64 })
      const few = toBlocks({ requests: 63 }).map((trial) => ({ ...trial, errors }))
      assert.equal(find(report({ trials: enough }), 'responseTime.p90').blocks, 10)
      const { blocks, ratio, verdict, reason } = find(report({ trials: few }), 'responseTime.p90')
      assert.deepEqual([blocks, ratio, verdict], [0, null, 'undecided'])
      assert.equal(reason, 'n too small: p90 needs 64 requests in each trial, there are 63')
      // The medians are of enough.
      assert.equal(find(report({ trials: few }), 'responseTime.p50').blocks, 10)
    })

    it('in every metric at every level, and A/A as well', () => {
      const plan = { concurrency: [1, 5] }
      const trials = toBlocks({}).flatMap((trial) => [trial, { ...trial, concurrency: 5 }])
      const { comparisons, aa } = report({ plan, trials })
      const keys = METRICS.flatMap((metric) => [`${metric} 1`, `${metric} 5`])
      for (const [list, a] of [
        [comparisons, 'a'],
        [aa, 'b again'],
      ] as const) {
        assert.deepEqual(
          list.map(({ metric, concurrency }) => `${metric} ${concurrency}`),
          keys,
        )
        assert.ok(list.every((each) => each.a === a && each.b === 'b'))
      }
    })

    for (const [ratio, verdict, throughput] of [
      [1, 'equivalent', 'equivalent'],
      [1.2, 'slower', 'slower'],
      [0.8, 'faster', 'faster'],
    ] as const) {
      it(`a ratio of ${ratio}: ${verdict}`, () => {
        const made = report({ trials: toBlocks({ ratio }) })
        assert.ok(made.valid)
        const found = find(made, 'responseTime.p50')
        assert.equal(found.verdict, verdict)
        assert.ok(found.lower! <= ratio * 1.001 && found.upper! >= ratio * 0.999)
        // A throughput that is less is slower.
        assert.equal(find(made, 'throughput').verdict, throughput)
        assert.ok(find(made, 'throughput').ratio! > 0)
      })
    }

    it('undecided with fewer than ten blocks', () => {
      const { verdict, reason } = find(
        report({ trials: toBlocks({ ratio: 2, blocks: 9 }) }),
        'responseTime.p50',
      )
      assert.equal(verdict, 'undecided')
      assert.equal(reason, '9 of the 10 blocks that a verdict needs')
    })

    it('undecided where A/A itself says slower or faster, with a warning', () => {
      for (const again of [1.1, 0.9]) {
        const made = report({ trials: toBlocks({ ratio: 2, again }) })
        const { verdict, reason } = find(made, 'responseTime.p50')
        assert.equal(verdict, 'undecided')
        assert.match(reason ?? '', /A\/A/)
        const word = again > 1 ? 'slower' : 'faster'
        const warning = `A/A says that b again is ${word} than b (responseTime.p50, 1 at once)`
        assert.ok(made.warnings.some((text) => text.startsWith(warning)))
        assert.ok(made.valid)
      }
    })

    it('undecided where A/A resolves too little to say equivalent', () => {
      // The doubles differ by turns: no alarm, but no resolution either.
      const trials = toBlocks({ ratio: 1 }).map((trial) => {
        const factor = trial.block! % 2 === 0 ? 1.2 : 1 / 1.2
        const times = trial.times!.map((time) => time * factor)
        return trial.target === 'b again' ? { ...trial, times } : trial
      })
      const made = report({ trials })
      const { verdict, reason } = find(made, 'responseTime.p50')
      assert.equal(verdict, 'undecided')
      assert.match(reason ?? '', /A\/A comparison resolves/)
      assert.ok(made.resolution! > 0.05)
    })

    it('undecided to be equivalent where there is no A/A', () => {
      const made = report({ plan: { aa: null }, trials: toBlocks({}) })
      assert.equal(find(made, 'responseTime.p50').verdict, 'undecided')
      assert.deepEqual([made.aa, made.resolution], [[], null])
    })
  })

  it('has the resolution of the worst level of A/A', () => {
    const plan = { concurrency: [1, 5] }
    const worse = toBlocks({ noise: 0.1 }).map((trial) => ({ ...trial, concurrency: 5 }))
    const made = report({ plan, trials: [...toBlocks({}), ...worse] })
    const reaches = made.aa
      .filter(({ metric }) => metric === 'responseTime.p50')
      .map(({ lower, upper }) => Math.max(upper! - 1, 1 / lower! - 1))
    assert.equal(reaches.length, 2)
    assert.equal(made.resolution, Math.max(...reaches))
    assert.ok(made.resolution > 0.01)
    // A level without an interval resolves nothing.
    assert.equal(report({ plan, trials: toBlocks({}) }).resolution, null)
  })

  it('has the power of its blocks, and how many would be enough', () => {
    const [quiet] = report({ trials: toBlocks({}) }).power
    assert.deepEqual([quiet?.a, quiet?.b, quiet?.blocks], ['a', 'b', 10])
    assert.deepEqual([quiet?.slowerAt10Percent, quiet?.blocksNeeded], [1, 10])
    const [loud] = report({ trials: toBlocks({ noise: 0.5 }) }).power
    assert.ok(loud!.slowerAt10Percent < 0.9)
    assert.ok(loud!.blocksNeeded === null || loud!.blocksNeeded > 10)
    assert.ok(loud!.standardDeviation > quiet!.standardDeviation)
  })

  it('has a power that the seed decides', () => {
    const made = (seed: number): Report['power'] =>
      report({ plan: { seed }, trials: toBlocks({ noise: 0.3 }) }).power
    assert.notDeepEqual(made(1), made(2))
  })

  describe('has the open loop', () => {
    const openLoop = { rates: [10, 20], duration: 1000 }
    const open = (target: string, rate: number, changes: Partial<MadeTrial> = {}): MadeTrial => ({
      ...{ target, rate, experiment: 'open-loop', concurrency: 0, times: [10, 10, 20, 20, 20, 30] },
      ...{ duration: 1000, cpuSeconds: { [target]: 0.2 }, peakMemoryBytes: 2 ** 20 },
      ...changes,
    })
    const plan = { openLoop, concurrency: [] }

    it('in place of the closed one, a condition for each target and rate', () => {
      const trials = ['a', 'b', 'b again'].flatMap((target) =>
        [10, 20].flatMap((rate) => [
          open(target, rate),
          open(target, rate, { block: 1, cpuSeconds: { [target]: 0.4 } }),
        ]),
      )
      const made = report({ plan, trials })
      assert.deepEqual([made.valid, made.conditions, made.comparisons], [true, [], []])
      assert.equal(made.openLoop?.length, 6)
      const condition = made.openLoop[0]!
      assert.deepEqual(
        [condition.target, condition.workload, condition.blocks, condition.requests],
        ['a', { kind: 'open-loop', rate: 10 }, 2, 12],
      )
      assert.equal(condition.responseTime.p50.value, 20)
      assert.equal(condition.goodput, 6)
      assert.ok(Math.abs(condition.cores.value! - 0.3) < 1e-12)
      // Student's t with one degree of freedom: 12.706.
      assert.ok(Math.abs(condition.cores.upper! - (0.3 + 12.706 * 0.1)) < 1e-3)
      assert.equal(condition.peakMemoryBytes, 2 ** 20)
      assert.match(made.advice, /^Where 20 requests a second are offered, “a” uses 0\.30 cores/)
      assert.match(toText(made, 'DIR'), /offered\/s +target/)
    })

    it('with what was refused beside the errors, which is no fault where more is offered than can be answered', () => {
      const { valid, openLoop: conditions } = report({
        plan,
        trials: [open('a', 10, { times: Array<number>(20).fill(20), errors: { refused: 5 } })],
      })
      assert.equal(valid, true)
      const { requests, refused, errors, responseTime } = conditions![0]!
      assert.deepEqual([requests, refused, errors, responseTime.p50.value], [25, 5, 0, 20])
    })

    it('with how many were answered right, where it tells how quickly those were', () => {
      const times = Array<number>(70).fill(20)
      const made = report({
        plan,
        trials: [open('a', 20, { times, errors: { refused: 30 } }), open('b', 20, { times })],
      })
      assert.match(
        made.advice,
        /“a” uses .* and answers 70 % of them right, nine of ten of those within 20/,
      )
      assert.match(made.advice, /“b” uses .* and answers nine of ten within 20/)
      assert.match(toText(made, 'DIR'), /^ +20 +a .* 30 % /m)
    })

    it('with how many were sent late, and how many not at all', () => {
      const trials = [
        open('a', 20, { lag: 51 }),
        open('a', 20, { block: 1, lag: 49, errors: { dropped: 2 } }),
      ]
      const [{ lag, dropped, errors }] = report({ plan, trials }).openLoop as [OpenCondition]
      assert.deepEqual([lag.late, dropped, errors], [6, 2, 2])
      assert.match(toMarkdown(report({ plan, trials })), /More than 50 ms +\| Not sent/)
    })

    it('with a warning where the load generator is a good part of the p99', () => {
      const times = Array<number>(700).fill(100)
      const of = (lag: number) => report({ plan, trials: [open('a', 10, { lag, times })] }).warnings
      assert.equal(of(20).join().includes('load generator'), false)
      assert.match(
        of(21).join(),
        /of the p99 of a at 10 a second, 100 ms, a part may be the load generator's: 1 of 100 requests was sent 21\.0 ms or more after its time/,
      )
    })

    describe('and how much can be offered:', () => {
      const rates = [10, 20, 40]
      const objective = { share: 0.9, within: 25 }
      const swept = { openLoop: { rates, duration: 1000, sweep: true, objective }, concurrency: [] }
      /** A hundred requests a trial, so many in ten of them slow. */
      const slow = (rate: number, count: number, changes: Partial<MadeTrial> = {}): MadeTrial =>
        open('a', rate, {
          times: Array.from({ length: 100 }, (_, at) => (at < 10 * count ? 30 : 20)),
          ...changes,
        })
      const capacityOf = (trials: readonly MadeTrial[]) => {
        const { capacities = [] } = report({ plan: swept, trials })
        assert.equal(capacities.length, 1)
        return capacities[0]!
      }

      it('up to where all is answered, and the objective is kept', () => {
        const { objective: kept, ...capacity } = capacityOf([
          ...[slow(10, 0), slow(20, 1), slow(40, 2)],
          // In one of two blocks.
          ...[slow(20, 1), slow(10, 2)].map((trial) => ({ ...trial, block: 1 })),
        ])
        assert.deepEqual(capacity, {
          ...{ target: 'a', keepsUpTo: 40, saturatedAt: null, mostAnswered: 100 },
        })
        assert.deepEqual(kept, {
          ...{ ...objective, keptUpTo: 20, missedAt: 40, tooFewAt: null },
          rates: [
            { rate: 10, requests: 200, inTime: 0.9, blocks: 2, blocksKept: 1 },
            { rate: 20, requests: 200, inTime: 0.9, blocks: 2, blocksKept: 2 },
            { rate: 40, requests: 100, inTime: 0.8, blocks: 1, blocksKept: 0 },
          ],
        })
      })

      it('not where some are refused, which are not in time either', () => {
        const refused = slow(20, 0, { errors: { refused: 20 } })
        const { keepsUpTo, saturatedAt, objective: kept } = capacityOf([slow(10, 0), refused])
        assert.deepEqual([keepsUpTo, saturatedAt], [10, 20])
        assert.deepEqual([kept?.keptUpTo, kept?.missedAt], [10, 20])
        assert.equal(kept?.rates[1]?.inTime, 100 / 120)
      })

      it('not where too few were sent to tell of the quantile, nor above that', () => {
        const few = slow(20, 0, { times: Array<number>(63).fill(20) })
        const trials = [slow(10, 0), few, slow(40, 0)]
        const { objective: kept } = capacityOf(trials)
        assert.deepEqual([kept?.keptUpTo, kept?.missedAt, kept?.tooFewAt], [10, null, 20])
        const made = report({ plan: swept, trials: [...trials, open('b', 10)] })
        assert.match(
          made.advice,
          /by “a” up to 10 requests a second; at 20 there were too few to tell, /,
        )
        assert.match(
          made.advice,
          /by “b” at no rate that had enough requests to tell \(at 10 there/,
        )
        assert.match(toMarkdown(made), /^\| b +\|.*n too small.*n too small/m)
      })

      it('not where the last are answered long after the end: a queue grows', () => {
        const grown = slow(20, 0, { duration: 1051 })
        assert.equal(capacityOf([slow(10, 0, { duration: 1049 }), grown]).keepsUpTo, 10)
      })

      it('not above a rate at which it failed, whatever happens there', () => {
        const { objective: kept } = capacityOf([slow(10, 0), slow(20, 5), slow(40, 0)])
        assert.deepEqual([kept?.keptUpTo, kept?.missedAt], [10, 20])
        const none = capacityOf([slow(10, 5), slow(20, 0)])
        assert.deepEqual([none.objective?.keptUpTo, none.objective?.missedAt], [null, 10])
      })

      it('in the report', () => {
        const trials = ['a', 'b'].flatMap((target) =>
          [slow(10, 0), slow(20, target === 'a' ? 2 : 10)].map((trial) => ({ ...trial, target })),
        )
        const made = report({ plan: swept, trials: [...trials, { ...slow(40, 0), target: 'b' }] })
        const markdown = toMarkdown(made)
        assert.match(markdown, /### How much can be offered, requests\/s/)
        assert.match(markdown, /p90 ≤ 25 ms up to/)
        assert.match(markdown, /### Answered right within 25\.0 ms of the planned send/)
        assert.match(
          made.advice,
          /^The objective p90 ≤ 25 ms is kept by “a” up to 10 requests a second and not at 20, by “b” up to 10 requests a second and not at 20\. /,
        )
      })
    })

    it('INVALID where the load generator came late, or did not send', () => {
      const lag = (ms: number) => [open('a', 10, { lag: ms, times: Array<number>(700).fill(10) })]
      assert.deepEqual(report({ plan, trials: lag(49) }).invalidReasons, [])
      assert.match(
        report({ plan, trials: lag(51) }).invalidReasons.join(),
        /^the load generator came late: 1 of 100 requests to a at 10 a second was sent 51 ms or more/,
      )
      const dropped = [open('a', 10, { errors: { dropped: 2 } })]
      assert.match(
        report({ plan, trials: dropped }).invalidReasons.join(),
        /^a: 2 of 8 requests were not sent, as too many others were on their way/,
      )
    })
  })

  describe("has the paper's experiment", () => {
    it('with means over the repetitions of a group, of its fastest and of its slowest', () => {
      const group = { experiment: 'group', concurrency: 3, target: 'a' } as const
      const trials = [
        { ...group, block: 0, times: [10, 20, 60] },
        { ...group, block: 1, times: [20, 40, 90] },
        // A mean of groups, not of requests: this one has two right answers.
        { ...group, block: 2, times: [30, 50], errors: { status: 1 } },
        { ...group, target: 'b', times: [], errors: { unanswered: 3 } },
      ]
      const { paper, conditions } = report({ plan: { concurrency: [3] }, trials })
      assert.deepEqual(conditions, [])
      assert.deepEqual(paper?.groups, [
        {
          target: 'a',
          concurrency: 3,
          repetitions: 3,
          errors: 1,
          mean: (30 + 50 + 40) / 3,
          fastest: 20,
          slowest: (60 + 90 + 50) / 3,
        },
        {
          target: 'b',
          concurrency: 3,
          repetitions: 1,
          errors: 3,
          mean: null,
          fastest: null,
          slowest: null,
        },
      ])
    })

    it('with a row for each of the requests one after the other, and their means', () => {
      const trials = [
        { target: 'a', experiment: 'sequence', times: [10, 20, 30, 40], serviceShare: 0.5 },
        { target: 'b', experiment: 'sequence', times: [8, 12], errors: { unanswered: 2 } },
      ] as const
      const { paper } = report({ trials })
      assert.deepEqual(paper?.groups, [])
      assert.deepEqual(paper.sequences, [
        {
          target: 'a',
          errors: 0,
          requests: [
            { predictionTime: 2.5, responseTime: 10 },
            { predictionTime: 5, responseTime: 20 },
            { predictionTime: 7.5, responseTime: 30 },
            { predictionTime: 10, responseTime: 40 },
          ],
          meanPredictionTime: 6.25,
          meanResponseTime: 25,
        },
        {
          target: 'b',
          errors: 2,
          requests: [
            { predictionTime: null, responseTime: 8 },
            { predictionTime: null, responseTime: 12 },
            { predictionTime: null, responseTime: null },
            { predictionTime: null, responseTime: null },
          ],
          meanPredictionTime: null,
          meanResponseTime: 10,
        },
      ])
    })

    it('or none', () => {
      assert.equal(report({ trials: toBlocks({}) }).paper, null)
    })
  })

  describe('is INVALID', () => {
    it('by every kind of error, each with its count and what was said', () => {
      for (const [outcome, words] of [
        ['wrong', 'answered with another prediction than without load'],
        ['refused', 'refused (503)'],
        ['status', 'answered with an error'],
        ['garbage', 'answered with something that is no prediction'],
        ['timed-out', 'not answered in time'],
        ['unanswered', 'not answered'],
      ] as const) {
        const trials = [
          { target: 'b', times: [1, 2] },
          { target: 'b', block: 1, errors: { [outcome]: 2 }, messages: ['so it said', 'and so'] },
          { target: 'b', experiment: 'group', errors: { [outcome]: 1 }, messages: ['later'] },
        ] as const
        const { valid, invalidReasons } = report({ trials })
        assert.equal(valid, false)
        assert.deepEqual(invalidReasons, [
          `b: 3 of 7 requests were ${words}, for instance: so it said`,
        ])
      }
    })

    it('with an instance only of what it is an instance of', () => {
      const both = { target: 'b', errors: { status: 1, unanswered: 1 }, messages: ['one of them'] }
      const { invalidReasons } = report({
        trials: [both, { target: 'b', block: 1, errors: { unanswered: 1 }, messages: ['lost'] }],
      })
      assert.deepEqual(invalidReasons, [
        'b: 1 of 5 requests were answered with an error',
        'b: 2 of 5 requests were not answered, for instance: lost',
      ])
    })

    it('by what failed, each told once', () => {
      const failures = ['it failed', 'it failed', 'it failed otherwise']
      const { invalidReasons } = report({ run: { failures, state: 'failed' } })
      assert.deepEqual(invalidReasons, ['it failed', 'it failed otherwise'])
    })

    it('where the load generator was busy in more than 1 of 100 looks, and not only now and then', () => {
      const toReasons = (ticks: number, late: number): readonly string[] => {
        const generatorDelay = { ticks, late, p99: null }
        const trial = { target: 'b', concurrency: 1, generatorDelay }
        return report({ trials: [{ ...trial }, { ...trial, block: 1 }] }).invalidReasons
      }
      assert.deepEqual(toReasons(10, 2), [])
      assert.deepEqual(toReasons(1000, 10), [])
      assert.deepEqual(toReasons(1000, 11), [
        'the load generator was busy: while b was loaded (1 at once) it was more than 50 ms late in 22 of 2000 looks',
      ])
    })

    it('where it did not come to its end', () => {
      const toReasons = (state: 'running' | 'interrupted'): readonly string[] =>
        report({ run: { state }, trials: toBlocks({}) }).invalidReasons
      assert.deepEqual(toReasons('running'), [
        'the run was cut short: it was killed, or its folder could not be written',
      ])
      assert.deepEqual(toReasons('interrupted'), ['the run was interrupted before its end'])
    })
  })

  describe('is INVALID with --strict', () => {
    const strict = (made: MadeRun): Report =>
      report({ ...made, plan: { strict: true, ...made.plan } })
    const enough = { trials: toBlocks({ requests: 67 }), plan: { blocks: 10 } }

    it('where otherwise there is a warning, which is a reason then', () => {
      assert.equal(strict(enough).valid, true)
      const { valid, invalidReasons, warnings } = strict({
        ...enough,
        environment: { stealShare: 0.031 },
      })
      assert.deepEqual([valid, warnings], [false, []])
      assert.deepEqual(invalidReasons, [
        'other machines of the same host took 3.1 % of the CPU time (steal) (--strict)',
      ])
    })

    it('where there are too few requests for a quantile, or blocks for a verdict', () => {
      const few = { trials: toBlocks({ requests: 64 }), plan: { blocks: 10 } }
      assert.equal(report(few).valid, true)
      assert.deepEqual(strict(few).invalidReasons, [
        ...['a', 'b', 'b again'].map(
          (name) => `${name} at 1: n too small: p99 needs 662, there are 640 (--strict)`,
        ),
      ])
      const short = { trials: toBlocks({ requests: 80, blocks: 9 }), plan: { blocks: 9 } }
      assert.deepEqual(strict(short).invalidReasons, [
        'a verdict needs 10 blocks, there are 9 (--strict)',
      ])
    })

    it('tells so', () => {
      const { plan } = strict(enough)
      assert.equal(plan.strict, true)
    })
  })

  describe('warns', () => {
    const toWarnings = (made: MadeRun): readonly string[] => {
      const { warnings, valid } = report(made)
      assert.ok(valid)
      return warnings
    }

    it('of nothing where nothing was', () => {
      assert.deepEqual(toWarnings({ trials: toBlocks({}) }), [])
    })

    it('of steal', () => {
      assert.deepEqual(toWarnings({ environment: { stealShare: 0.02 } }), [])
      assert.deepEqual(toWarnings({ environment: { stealShare: null } }), [])
      assert.deepEqual(toWarnings({ environment: { stealShare: 0.031 } }), [
        'other machines of the same host took 3.1 % of the CPU time (steal)',
      ])
    })

    it('of a busy machine, by the load for each of its cores', () => {
      const withLoad = (load: number): MadeRun => ({
        environment: { loadAverage: { before: [load, 0, 0], after: null } },
      })
      assert.deepEqual(toWarnings(withLoad(2)), [])
      assert.deepEqual(toWarnings(withLoad(2.1)), [
        'the machine was busy before the run: load average 2.10 on 4 cores',
      ])
      const unknown = { environment: { loadAverage: { before: null, after: null } } }
      assert.deepEqual(toWarnings(unknown), [])
    })

    it('of limits that nothing enforced, once for each reason', () => {
      const cpus = { value: 2, enforcedBy: null, reason: 'no cgroup' }
      const targets = ['a', 'b', 'b again'].map((name) => {
        const { limits, ...facts } = toFacts(name)
        return { ...facts, limits: { ...limits!, cpus } }
      })
      assert.deepEqual(toWarnings({ run: { targets } }), [
        'the limit of CPUs was not enforced: no cgroup',
      ])
    })

    it('of a target that was not steady', () => {
      const warmUps = [
        { target: 'a', concurrency: 20, medians: [1, 2, 3], requests: 300, steady: false },
        { target: 'b', concurrency: 20, medians: [1, 1, 1], requests: 300, steady: true },
      ]
      assert.deepEqual(toWarnings({ run: { warmUps } }), [
        'a was not steady after 300 requests of warm-up',
      ])
    })

    it('of a target that was not steady each time it was started', () => {
      const warmUp = { target: 'a', concurrency: 20, medians: [1, 2, 3], requests: 300 }
      const warmUps = [true, false, false].map((steady) => ({ ...warmUp, steady }))
      assert.deepEqual(toWarnings({ run: { warmUps } }), [
        'a was not steady after 300 requests of warm-up (2 of 3 times)',
      ])
    })

    it('of CPU time that who counts it late does not confirm, and of a target that was not idle', () => {
      const trials = [{ target: 'a', startedAt: 0, duration: 5000, cpuSeconds: { a: 4 } }]
      const check = { target: 'a', duration: 15, endedAt: 20_000 }
      const withCheck = (cpuSeconds: number, lateCpuSeconds: number | null): MadeRun => ({
        run: { cpuChecks: [{ ...check, cpuSeconds, lateCpuSeconds }] },
        trials,
      })
      assert.deepEqual(toWarnings(withCheck(4.2, 4.3)), [])
      assert.deepEqual(toWarnings(withCheck(4.2, null)), [
        'what a says of its CPU time could not be checked',
      ])
      assert.deepEqual(toWarnings(withCheck(4.2, 5)), [
        'a says that it used 4.20 s of CPU time, the kubelet says 5.00 s',
      ])
      assert.deepEqual(toWarnings(withCheck(5, 5)), [
        'while others were loaded, a used 10.0 % of a core',
      ])
      // What came after the check is not of it.
      const later = { target: 'a', startedAt: 30_000, duration: 5000, cpuSeconds: { a: 4 } }
      const { cpuChecks } = report({ ...withCheck(5, 5), trials: [...trials, later] })
      assert.equal(cpuChecks?.[0]?.idleShare, 0.1)
    })

    it('of CPU time that its witness does not confirm', () => {
      const withWitness = (seconds: number | null): MadeRun => ({
        trials: [
          { target: 'a', cpuSeconds: { a: 1 }, witnessCpuSeconds: { a: seconds } },
          { target: 'a', block: 1, cpuSeconds: { a: 1 }, witnessCpuSeconds: { a: 1 } },
        ],
      })
      assert.deepEqual(toWarnings(withWitness(1.2)), [])
      assert.deepEqual(toWarnings(withWitness(null)), [])
      assert.deepEqual(toWarnings(withWitness(2)), [
        'a says that it used 2.00 s of CPU time, its witness says 3.00 s',
      ])
      // Reading the CPU time takes CPU time, a few ms, which only the witness sees.
      const short = { target: 'a', cpuSeconds: { a: 0.01 }, witnessCpuSeconds: { a: 0.013 } }
      assert.deepEqual(toWarnings({ trials: [short] }), [])
    })
  })
})
