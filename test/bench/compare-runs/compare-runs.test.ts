import assert from 'node:assert/strict'
import { compareRuns } from '../../../bench/compare-runs/compare-runs'
import { toRunsMarkdown } from '../../../bench/compare-runs/markdown'
import type { RunsReport, TargetChange } from '../../../bench/compare-runs/report'
import type { SlowerRule } from '../../../bench/compare-runs/slower-gate'
import { RunFolderError } from '../../../bench/read-run'
import type { Metric } from '../../../bench/report/report'
import { createRandom } from '../../helpers/random'
import { toFacts, toRawRun } from '../../helpers/raw-run'
import type { MadeTrial } from '../../helpers/raw-run'
import { createNormalNoise, shareOf } from '../statistics/noise'

type MadeRun = Parameters<typeof toRawRun>[0]

/** How many times as long as usual each target takes. */
interface Factors {
  readonly a?: number
  readonly b?: number
  readonly seed?: number
  readonly noise?: number
  readonly levels?: readonly number[]
}

/** Twelve blocks of a, b and b again at every level. */
function toTrials({ a = 1, b = 1, seed = 1, noise = 0.02, levels = [1, 5] }: Factors): MadeTrial[] {
  const normal = createNormalNoise(seed)
  const random = createRandom(seed)
  const make = (target: string, factor: number, block: number, concurrency: number): MadeTrial => {
    const scale = 10 * factor * Math.exp(noise * normal())
    const times = Array.from({ length: 64 }, () => scale * (1 + 0.2 * random()))
    const cpuSeconds = { [target]: scale * 0.064 }
    return { target, block, concurrency, times, serviceShare: 0.5, cpuSeconds }
  }
  return levels.flatMap((level) =>
    Array.from({ length: 12 }, (_, block) => [
      make('a', a, block, level),
      make('b', b, block, level),
      make('b again', b, block, level),
    ]).flat(),
  )
}

const toNamed = (folder: string, made: MadeRun) => ({ folder, raw: toRawRun(made) })

function compare(base: MadeRun, later: MadeRun, rule?: SlowerRule): RunsReport {
  return compareRuns(toNamed('runs/base', base), toNamed('runs/later', later), rule)
}

const toRun = (factors: Factors = {}, plan: MadeRun['plan'] = {}): MadeRun => ({
  plan: { concurrency: [...(factors.levels ?? [1, 5])], blocks: 12, fresh: true, ...plan },
  trials: toTrials(factors),
})

function find(
  { targets }: RunsReport,
  target: string,
  metric: Metric,
  concurrency = 1,
): TargetChange {
  const found = targets.filter(
    (each) => each.target === target && each.metric === metric && each.concurrency === concurrency,
  )
  assert.equal(found.length, 1)
  return found[0]!
}

const CPU_AND_P50: SlowerRule = {
  allowed: 0.05,
  metrics: ['responseTime.p50', 'cpuMsPerRequest'],
}

describe('two runs compared', () => {
  it('are the same where they are one run', () => {
    const report = compare(toRun(), toRun())
    for (const { ratio, verdict, metric } of report.targets) {
      assert.equal(ratio, 1, metric)
      assert.equal(verdict, 'equivalent', metric)
    }
    assert.equal(report.pairs.filter(({ ratio }) => ratio === 1).length, report.pairs.length)
    assert.deepEqual(report.changes, [])
  })

  it('tell what became slower, by how much, and that the pair changed with it', () => {
    const report = compare(toRun(), toRun({ a: 1.2, seed: 2 }))
    const { ratio, lower, upper, verdict } = find(report, 'a', 'responseTime.p50')
    assert.equal(verdict, 'slower')
    assert.ok(ratio! > 1.15 && ratio! < 1.25, `${ratio}`)
    assert.ok(lower! < ratio! && ratio! < upper!)
    assert.equal(find(report, 'a', 'throughput').verdict, 'slower')
    assert.equal(find(report, 'b', 'responseTime.p50').verdict, 'equivalent')
    const pair = report.pairs.find(({ metric }) => metric === 'responseTime.p50')!
    assert.deepEqual([pair.a, pair.b, pair.verdict], ['a', 'b', 'slower'])
  })

  it('tell of a slower machine, which the ratio of a pair does not have in it', () => {
    const report = compare(toRun(), toRun({ a: 1.3, b: 1.3, seed: 2 }))
    assert.equal(find(report, 'a', 'responseTime.p50').verdict, 'slower')
    assert.equal(find(report, 'b', 'cpuMsPerRequest').verdict, 'slower')
    for (const { metric, verdict } of report.pairs) {
      if (metric !== 'waitingTime.p50') assert.notEqual(verdict, 'slower', metric)
    }
  })

  it('compare at levels that both have, and say what only one has', () => {
    const later = toRun({ levels: [5, 10] })
    const report = compare(toRun(), { ...later, run: { targets: ['a', 'b', 'c'].map(toFacts) } })
    assert.deepEqual([...new Set(report.targets.map(({ concurrency }) => concurrency))], [5])
    assert.deepEqual(
      [...new Set(report.targets.map(({ target }) => target))],
      ['a', 'b'],
      'no double',
    )
    assert.ok(report.warnings.includes('only the base has b again'))
    assert.ok(report.warnings.includes('only the later run has c'))
  })

  it('compare open loops at their rates', () => {
    const toOpen = (factor: number): MadeRun => ({
      plan: { concurrency: [], openLoop: { rates: [20], duration: 1000 }, fresh: true },
      trials: toTrials({ a: factor, levels: [0] }).map((trial) => ({
        ...trial,
        ...{ experiment: 'open-loop', rate: 20, lag: 0 },
      })),
    })
    const report = compare(toOpen(1), toOpen(1.2))
    assert.equal(report.levelKind, 'rate')
    assert.equal(find(report, 'a', 'responseTime.p50', 20).verdict, 'slower')
    // Without A/A nothing is called equivalent.
    const { verdict, reason } = find(report, 'b', 'responseTime.p50', 20)
    assert.deepEqual(
      [verdict, reason],
      ['undecided', 'inside ±5 %, but there is no A/A comparison'],
    )
    assert.match(toRunsMarkdown(report), / Requests\/s offered 20 \|/)
  })

  it('refuse a closed loop beside an open one, and what has no target in common', () => {
    const open = { plan: { openLoop: { rates: [5], duration: 1000 } } }
    assert.throws(
      () => compare(toRun(), open),
      (error) =>
        error instanceof RunFolderError &&
        error.message ===
          'runs/base is a closed loop and runs/later an open one: they have nothing in common',
    )
    const even = { plan: { openLoop: { ...open.plan.openLoop, arrivals: 'constant' as const } } }
    assert.throws(
      () => compare(open, even),
      (error) =>
        error instanceof RunFolderError &&
        error.message ===
          'runs/base has Poisson arrivals and runs/later constant ones: measure one of them anew',
    )
    const others = { ...toRun(), run: { targets: ['x', 'y'].map(toFacts) }, trials: [] }
    assert.throws(() => compare(toRun(), others), /no target at the same concurrency in common/)
  })

  it('tell what differs of machine, program and photos, and warn of it', () => {
    const later: MadeRun = {
      ...toRun({}, { fresh: false, photos: [{ sha256: 'f'.repeat(64), bytes: 1 }] }),
      environment: { commit: 'def5678', cpu: { model: 'another', cores: 2 } },
      run: { targets: [toFacts('a'), { ...toFacts('b'), engine: 'wasm 4' }, toFacts('b again')] },
    }
    const { changes, warnings } = compare(toRun(), later)
    const find = (what: string) => changes.find((change) => change.what === what)
    assert.deepEqual(find('Commit'), { what: 'Commit', base: 'abc1234', later: 'def5678' })
    assert.deepEqual(find('CPU')?.later, '2 × another')
    assert.deepEqual(find('b: engine'), { what: 'b: engine', base: 'onnx 1.0', later: 'wasm 4' })
    assert.equal(find('a: engine'), undefined)
    assert.match(warnings.join('\n'), /different machines[^]*different photos[^]*--fresh/)
  })

  it('say of a run that is INVALID that nothing may be concluded', () => {
    const report = compare(toRun(), { ...toRun(), run: { failures: ['a: it ended'] } })
    assert.deepEqual([report.base.valid, report.later.valid], [true, false])
    assert.match(toRunsMarkdown(report), /runs\/later is INVALID: nothing may be concluded/)
  })
})

describe('what may not be slower', () => {
  it('is found, and only that', () => {
    const { gate } = compare(toRun(), toRun({ a: 1.2, seed: 2 }), CPU_AND_P50)
    assert.ok(gate !== null)
    assert.deepEqual(
      gate.slower.map(({ target, metric, concurrency }) => [target, metric, concurrency]),
      CPU_AND_P50.metrics.flatMap((metric) => [1, 5].map((level) => ['a', metric, level])),
    )
    assert.deepEqual([gate.tests, gate.ruledOut, gate.missing], [2 * 2 * 2, 2 * 2, []])
  })

  it('is not ruled out where too little is known', () => {
    const noisy = { noise: 0.3, seed: 5 }
    const report = compare(toRun(noisy), toRun({ ...noisy, seed: 6 }), CPU_AND_P50)
    assert.deepEqual([report.gate?.slower, report.gate?.ruledOut], [[], 0])
    assert.match(toRunsMarkdown(report), /of which 0 rule it out/)
  })

  it('cannot be told of a target that is gone', () => {
    const base = toRun()
    const later = {
      ...base,
      run: { targets: [toFacts('b'), toFacts('b again')] },
      trials: base.trials!.filter(({ target }) => target !== 'a'),
    }
    const report = compare(base, later, CPU_AND_P50)
    assert.deepEqual(report.gate?.missing, ['a'])
    assert.match(toRunsMarkdown(report), /^INCONCLUSIVE: the later run has no a; /m)
  })

  it('is, of an open loop, what answers fewer as it refuses more', () => {
    const toOpen = (refused: number): MadeRun => ({
      plan: { concurrency: [], openLoop: { rates: [20], duration: 1000 }, fresh: true, blocks: 12 },
      trials: toTrials({ levels: [0] }).map((trial) => ({
        ...trial,
        ...{ experiment: 'open-loop', rate: 20, lag: 0, duration: 1000 },
        ...(trial.target === 'a' && {
          times: trial.times!.slice(refused),
          errors: refused === 0 ? {} : { refused },
        }),
      })),
    })
    const rule: SlowerRule = { allowed: 0.05, metrics: ['responseTime.p50', 'throughput'] }
    const { gate } = compare(toOpen(0), toOpen(20), rule)
    assert.deepEqual(
      gate?.slower.map(({ target, metric }) => [target, metric]),
      [['a', 'throughput']],
    )
  })

  it('is not what is slower by less than is allowed, nor what became faster', () => {
    assert.deepEqual(compare(toRun(), toRun({ a: 1.03 }), CPU_AND_P50).gate?.slower, [])
    assert.deepEqual(compare(toRun(), toRun({ a: 0.5 }), CPU_AND_P50).gate?.slower, [])
  })

  it('is a lower throughput', () => {
    const rule: SlowerRule = { allowed: 0.1, metrics: ['throughput'] }
    const { gate } = compare(toRun(), toRun({ a: 1.3 }), rule)
    assert.deepEqual(
      gate?.slower.map(({ target }) => target),
      ['a', 'a'],
    )
  })

  it('fails runs that changed nothing in 5 of 100 cases at most', () => {
    let seed = 1
    const failed = shareOf(200, () => {
      const [base, later] = [
        toRun({ seed: seed++, noise: 0.2 }),
        toRun({ seed: seed++, noise: 0.2 }),
      ]
      return compare(base, later, { ...CPU_AND_P50, allowed: 0 }).gate!.slower.length > 0
    })
    // Of 200 with a probability of 5 %, more than 18 come once in 50 times.
    assert.ok(failed <= 0.09, `${failed}`)
  })

  it('is told in the Markdown', () => {
    const failing = toRunsMarkdown(compare(toRun(), toRun({ a: 1.2, seed: 2 }), CPU_AND_P50))
    assert.match(
      failing,
      /^FAIL: slower by more than 5\.0 %: a, Response time, p50 at 1: 1\.199 \(1\.182–1\.216\) slower/m,
    )
    const passing = toRunsMarkdown(compare(toRun(), toRun(), CPU_AND_P50))
    assert.match(
      passing,
      /^PASS: nothing was found slower by more than 5\.0 %; 8 comparisons .*, of which 8 rule it out/m,
    )
    assert.doesNotMatch(toRunsMarkdown(compare(toRun(), toRun())), /^(PASS|FAIL)/m)
  })
})
