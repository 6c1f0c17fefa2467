import assert from 'node:assert/strict'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readCompareRunsOptions, USAGE } from '../../../bench/compare-runs/options'
import { UsageError } from '../../../bench/usage-error'
import { runHarness } from '../../helpers/harness-process'
import { useTemporaryFolder } from '../../helpers/use-temporary-folder'

const ROOT = join(__dirname, '..', '..', '..')
const RUN = join(ROOT, 'results', 'compare', 'quick')
/** Of the paper's network with jimp, which takes several times as long. */
const SLOWER_RUN = join(ROOT, 'results', 'compare', 'paper')

describe('options of compare-runs', () => {
  it('have defaults', () => {
    assert.deepEqual(readCompareRunsOptions(['one', 'two']), {
      ...{ base: 'one', later: 'two', rule: undefined, format: 'markdown' },
    })
    assert.deepEqual(readCompareRunsOptions(['one', 'two', '--fail-if-slower', '2.5%']), {
      ...{ base: 'one', later: 'two', format: 'markdown' },
      rule: { allowed: 0.025, metrics: ['responseTime.p50', 'throughput', 'cpuMsPerRequest'] },
    })
  })

  for (const [args, message] of [
    [[], /^RUN_A and RUN_B are needed, but 0 were given$/],
    [['one'], /but 1 were given/],
    [['one', 'two', 'three'], /but 3 were given/],
    [
      ['one', 'two', '--fail-if-slower', 'much'],
      /accepts percent from 0 to 1000 such as 5%, not "much"/,
    ],
    [['one', 'two', '--fail-if-slower', '-5%'], /--fail-if-slower/],
    [
      ['one', 'two', '--fail-if-slower', '5%', '--metrics', 'p50,p75'],
      /--metrics accepts .* not "p75"/,
    ],
    [['one', 'two', '--metrics', 'p50'], /is for --fail-if-slower, which is not given/],
    [['one', 'two', '--format', 'html'], /--format accepts markdown or json, not "html"/],
    [['one', 'two', '--quick'], /--quick/],
  ] as const) {
    it(`refuse ${args.join(' ') || 'none'}`, () => {
      assert.throws(
        () => readCompareRunsOptions(args),
        (error) => error instanceof UsageError && message.test(error.message),
      )
    })
  }
})

describe('npm run compare-runs', () => {
  const folder = useTemporaryFolder()

  it('compares two committed runs', async () => {
    const args = [RUN, RUN, '--fail-if-slower', '5%', '--format', 'json']
    const { exitCode, stdout, stderr } = await runHarness('compare-runs', args)
    assert.deepEqual([exitCode, stderr], [0, ''])
    const report = JSON.parse(stdout) as { targets: { ratio: number }[]; gate: { tests: number } }
    assert.ok(report.targets.length > 0 && report.gate.tests > 0)
    assert.ok(report.targets.every(({ ratio }) => ratio === 1))
  })

  it('ends with 3 where something is slower than allowed, and with 0 where nobody asked', async () => {
    const failing = await runHarness('compare-runs', [RUN, SLOWER_RUN, '--fail-if-slower', '5%'])
    assert.equal(failing.exitCode, 3)
    assert.match(failing.stdout, /^FAIL: slower by more than 5\.0 %: container, /m)
    assert.equal((await runHarness('compare-runs', [RUN, SLOWER_RUN])).exitCode, 0)
  })

  it('ends with 2 where a run is INVALID, whatever is slower', async () => {
    const cut = join(folder(), 'cut')
    cpSync(SLOWER_RUN, cut, { recursive: true })
    const file = join(cut, 'run.json')
    const run = JSON.parse(readFileSync(file, 'utf8')) as object
    writeFileSync(file, JSON.stringify({ ...run, state: 'interrupted' }))
    const { exitCode, stdout } = await runHarness('compare-runs', [
      RUN,
      cut,
      '--fail-if-slower',
      '5%',
    ])
    assert.equal(exitCode, 2)
    assert.match(stdout, /cut is INVALID: nothing may be concluded/)
  })

  it('helps', async () => {
    const { exitCode, stdout } = await runHarness('compare-runs', ['--help'])
    assert.deepEqual([exitCode, stdout], [0, USAGE])
  })

  it('refuses a folder that is no run, and a run of another kind', async () => {
    const none = await runHarness('compare-runs', [RUN, join(ROOT, 'docs')])
    assert.equal(none.exitCode, 65)
    assert.match(none.stderr, /docs is not a run folder: run\.json is not there\n$/)
    const peers = await runHarness('compare-runs', [join(ROOT, 'results/peers/photo-net'), RUN])
    assert.equal(peers.exitCode, 65)
    assert.match(peers.stderr, /it is a run of another kind \(peers\)/)
  })
})
