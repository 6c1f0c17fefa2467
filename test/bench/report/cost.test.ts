import assert from 'node:assert/strict'
import { DEFAULT_PRICES } from '../../../bench/cost/prices'
import type { Cost, CostChoice } from '../../../bench/report/cost'
import { toReportFiles } from '../../../bench/report/files'
import { toReport } from '../../../bench/report/json'
import type { Report } from '../../../bench/report/report'
import type { TargetFacts } from '../../../bench/run'
import { toFacts, toRawRun } from '../../helpers/raw-run'
import type { MadeTrial } from '../../helpers/raw-run'

const NAMES = ['function', 'container', 'container-again']
const PLAN = {
  comparisons: [{ a: 'function', b: 'container' }],
  aa: { a: 'container-again', b: 'container' },
  concurrency: [1, 10],
}

/** One trial of every target at each level: 100 requests of 20 ms, of 5 ms of CPU each, while the others use 1 % of a core. */
const TRIALS: readonly MadeTrial[] = PLAN.concurrency.flatMap((concurrency) =>
  NAMES.map((target) => ({
    ...{ target, concurrency, times: Array.from({ length: 100 }, () => 20) },
    // ms
    duration: 2000 / concurrency,
    cpuSeconds: { [target]: 0.5 },
    witnessCpuSeconds: Object.fromEntries(
      NAMES.map((name) => [name, name === target ? 0.5 : 0.02 / concurrency]),
    ),
  })),
)

function report(targets: readonly TargetFacts[] = NAMES.map(toFacts), plan = {}): Report {
  const run = { targets }
  return toReport(toRawRun({ plan: { ...PLAN, ...plan }, run, trials: TRIALS })).report
}

function costOf({ cost }: Report): Cost {
  assert.ok(cost !== undefined)
  return cost
}

describe('what a comparison says of cost', () => {
  it('is CPU and memory of a million right answers, used and held', () => {
    const { perMillion } = costOf(report())
    assert.deepEqual(
      perMillion.map(({ target, concurrency }) => [target, concurrency]),
      ['function', 'container'].flatMap((name) => [
        [name, 1],
        [name, 10],
      ]),
    )
    // 50 a second with one connection, 500 with ten; two CPUs and 2 GiB are held.
    const [one, ten] = perMillion
    assert.deepEqual(one, {
      ...{ target: 'function', concurrency: 1 },
      ...{ usedCpuSeconds: 5000, heldCpuSeconds: 40_000, heldGibSeconds: 40_000 },
    })
    assert.deepEqual([ten?.usedCpuSeconds, ten?.heldCpuSeconds], [5000, 4000])
  })

  it('is what is held for a target that waits, and what it uses', () => {
    const { idle, prices } = costOf(report())
    const [{ perDay, cores, ...held }] = idle as [Cost['idle'][number]]
    assert.deepEqual(held, { target: 'function', cpus: 2, gib: 2 })
    assert.ok(Math.abs(cores! - 0.01) < 1e-9, `${cores}`)
    const { perCpuSecond, perGibSecond } = prices.alwaysOn
    assert.ok(Math.abs(perDay! - 86_400 * 2 * (perCpuSecond + perGibSecond)) < 1e-9)
    assert.deepEqual(
      idle.map(({ target }) => target),
      ['function', 'container'],
    )
  })

  it('is from how many requests a day on the container costs less', () => {
    const { choice } = costOf(report())
    assert.ok(!('reason' in choice))
    const { scaleToZero, alwaysOn, breakEven, curve } = choice
    // Of the lowest concurrency, of the facts, and of the concurrency with the most answers.
    const served = { cpus: 2, gib: 2, serviceTime: 0.02, startTime: 0.5, capacity: 500 }
    assert.deepEqual([scaleToZero, alwaysOn], [served, served])
    assert.ok(breakEven.state === 'meets')
    const around = curve.filter(({ scaleToZero: one, alwaysOn: other }) => one > other)
    assert.ok(around.every(({ requests }) => requests >= breakEven.requests))
    assert.ok(around.length > 0 && around.length < curve.length)
    assert.ok(Math.abs(curve.at(-1)!.requests / (500 * 86_400) - 1) < 1e-9)
  })

  it('says why that cannot be told', () => {
    const unknown = NAMES.map((name) => ({ ...toFacts(name), startToReadyMs: null }))
    const { choice, perMillion } = costOf(report(unknown))
    assert.deepEqual(choice, {
      reason: 'the limits, the start or the response time of one of them is not known',
    })
    assert.ok(perMillion.length > 0)
    const unlimited = NAMES.map((name) => ({ ...toFacts(name), limits: null }))
    const cost = costOf(report(unlimited))
    assert.deepEqual(
      cost.perMillion.map(({ usedCpuSeconds, heldCpuSeconds }) => [usedCpuSeconds, heldCpuSeconds]),
      cost.perMillion.map(() => [5000, null]),
    )
    assert.ok('reason' in cost.choice)
  })

  it('is nothing where no function is compared with its container', () => {
    assert.equal(report(NAMES.map(toFacts), { comparisons: [] }).cost, undefined)
  })

  it('is of the prices that are given', () => {
    const raw = toRawRun({ plan: PLAN, run: { targets: NAMES.map(toFacts) }, trials: TRIALS })
    const dear = { ...DEFAULT_PRICES.alwaysOn, perCpuSecond: 1 }
    const { cost } = toReport(raw, { ...DEFAULT_PRICES, date: '2030-01-02', alwaysOn: dear }).report
    assert.equal(cost?.prices.date, '2030-01-02')
    assert.deepEqual((cost.choice as CostChoice).breakEven, { state: 'always-cheaper' })
  })

  it('is in every report: that it is a model, of which day the prices are, and a plot', async () => {
    const files = await toReportFiles(report(), [], ['markdown', 'html'])
    const [markdown, html] = ['report.md', 'report.html'].map(
      (name) => files.find((file) => file.name === name)?.content ?? '',
    )
    const date = DEFAULT_PRICES.date.replaceAll('-', '\\-?')
    assert.match(markdown!, new RegExp(`## What it costs\\n\\nPrices in USD of ${date}`))
    assert.match(markdown!, /neither Kubeless nor Kubernetes ends a pod[^]*is a MODEL/)
    assert.match(markdown!, /Neither twin ends by itself[^\n]*a model says: below [\d,]+ requests/)
    assert.match(html!, /aria-label="What a day costs, USD, against requests a day/)
    assert.match(html!, /aria-label="Requests a day at which both cost the same: [\d,]+\./)
  })
})
