import assert from 'node:assert/strict'
import { createWriteStream } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { readRun } from '../../bench/read-run'
import type { RawRun } from '../../bench/read-run'
import { rebuild } from '../../bench/rebuild'
import type { Report } from '../../bench/report/report'
import { validateReport } from '../../bench/report/schema'
import { toText } from '../../bench/report/text'
import { startFakeHost, useFakeHost } from '../helpers/fake-host'
import { createTurns, runHarness, startHarness, untilHarness } from '../helpers/harness-process'
import type { HarnessEnd, HarnessProcess } from '../helpers/harness-process'
import { useFolders } from '../helpers/measured'
import { mount, unmount, whyNoMount } from '../helpers/mounts'
import { skipUnless } from '../helpers/optional'
import { countTrials, readFiles } from '../helpers/run-files'

/** A run that would last for minutes. */
const LONG = ['--blocks', '500', '--requests', '20', '--concurrency', '1,2', '--format', 'json']
const SHORT = ['--blocks', '2', '--requests', '20', '--concurrency', '1,2']

interface Ended extends HarnessEnd {
  readonly folder: string
  readonly raw: RawRun
  readonly report: Report
}

describe('the command line, where a target fails,', () => {
  const host = useFakeHost()
  const newFolder = useFolders()
  const takeTurn = createTurns()

  const start = (a: string, b: string, out: string, args: readonly string[]): HarnessProcess =>
    startHarness('compare', ['--target', `a=${a}`, '--target', `b=${b}`, '--out', out, ...args])

  async function read(folder: string, end: HarnessEnd): Promise<Ended> {
    const report: unknown = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'))
    validateReport(report)
    return { ...end, folder, report, raw: await readRun(folder) }
  }

  /** It said so in every way, and what was measured is kept. */
  function assertInvalid({ exitCode, stdout, stderr, report, raw }: Ended, reason: RegExp): void {
    assert.equal(exitCode, 2, stderr)
    assert.match(stdout, /^\nINVALID\n- /)
    assert.doesNotMatch(stderr, /INVALID|Error|at .*\.ts/)
    assert.equal(report.valid, false)
    assert.match(report.invalidReasons[0] ?? '', reason)
    assert.notEqual(raw.run.state, 'running')
    if (process.platform === 'linux') assert.ok(raw.environment.loadAverage.after !== null)
  }

  /** From the raw files alone, to the same bytes. */
  async function assertRebuilt({ folder, stdout }: Ended): Promise<void> {
    const before = await readFiles(folder)
    const reports = Object.keys(before).filter((name) => name.startsWith('report'))
    for (const name of reports) await rm(join(folder, name))
    if (reports.length === 1) {
      assert.equal(toText(await rebuild(folder), folder), stdout)
    } else {
      // Observable Plot draws half a pixel aside where it finds mocha's `it`.
      const end = await runHarness('report', [folder])
      assert.deepEqual(end, { exitCode: 2, stdout, stderr: '' })
    }
    assert.deepEqual(await readFiles(folder), before)
  }

  const CASES: readonly {
    readonly what: string
    readonly reason: RegExp
    readonly run: (folder: string) => Promise<HarnessEnd>
    readonly check?: (ended: Ended) => void
  }[] = [
    {
      what: 'it is killed while it is measured',
      reason: /^a answered none of \d+ requests right \(closed-loop, [12] at once\): .*ECONN/,
      async run(folder) {
        const [dying, b] = [await startFakeHost(), await host().open()]
        const a = await dying.open()
        const harness = start(a.baseUrl, b.baseUrl, folder, LONG)
        try {
          // Beyond the paper's part, which is measured first.
          const isUnderWay = async (): Promise<boolean> => (await countTrials(folder)) >= 26
          await untilHarness(harness, 'it is under way', isUnderWay)
        } finally {
          await dying.kill()
        }
        return harness.ended
      },
      check({ raw, report }) {
        assert.ok(raw.trials.length >= 26)
        const right = raw.trials.filter(({ outcomes, requests }) => outcomes.right === requests)
        assert.ok(right.length >= raw.trials.length - 2)
        assert.ok(report.conditions.length >= 3)
        assert.ok(report.paper !== null)
      },
    },
    {
      what: 'it answers what is no HTTP from some moment on',
      reason: /^b( again)? answered none of \d+ requests right .*: no HTTP: /,
      async run(folder) {
        const [a, b] = [await host().open(), await host().open()]
        const harness = start(a.baseUrl, b.baseUrl, folder, LONG)
        const isUnderWay = async (): Promise<boolean> => (await countTrials(folder)) >= 26
        await untilHarness(harness, 'it is under way', isUnderWay)
        await b.behave({ fault: 'not HTTP' })
        return harness.ended
      },
    },
    {
      what: 'it is not there',
      reason: /^a: nothing answers at its address \(ECONNREFUSED\)/,
      async run(folder) {
        const [a, b] = [await host().open(), await host().open()]
        await a.close()
        return start(a.baseUrl, b.baseUrl, folder, [...SHORT, '--format', 'json']).ended
      },
      check({ raw, report }) {
        assert.deepEqual([raw.trials, report.conditions, report.targets], [[], [], []])
      },
    },
    {
      what: 'it answers a page for people',
      reason: /^b, without load, photo 1 of 20: 200: <html><h1>It works!/,
      async run(folder) {
        const [a, b] = [await host().open(), await host().open({ fault: 'HTML page' })]
        return start(a.baseUrl, b.baseUrl, folder, [...SHORT, '--format', 'json']).ended
      },
    },
    {
      what: 'it predicts another label than the other',
      reason: /^a and b predict 20 of 20 photos differently \(more than 0\.001\): photo 1 is /,
      async run(folder) {
        const [a, b] = [await host().open(), await host().open({ fault: 'other label' })]
        return start(a.baseUrl, b.baseUrl, folder, [...SHORT, '--format', 'json']).ended
      },
    },
    {
      what: 'it fails every tenth request',
      reason: /^a: \d+ of \d+ requests were answered with an error, for instance: 500: /,
      async run(folder) {
        const a = await host().open({ fault: 'status 500', every: 10, after: 20, delay: 3 })
        const b = await host().open({ delay: 3 })
        return start(a.baseUrl, b.baseUrl, folder, SHORT).ended
      },
      check({ raw, report }) {
        assert.equal(raw.run.state, 'completed')
        const errors = raw.trials.flatMap(({ observations }) =>
          observations.filter(({ status }) => status === 500),
        )
        const { invalidReasons, conditions, paper } = report
        assert.ok(invalidReasons[0]?.startsWith(`a: ${errors.length} of `))
        assert.equal(invalidReasons.length, 1)
        const counts = [...conditions, ...(paper?.groups ?? []), ...(paper?.sequences ?? [])]
        const counted = counts.reduce((sum, each) => sum + each.errors, 0)
        assert.equal(counted, errors.length)
      },
    },
  ]

  const ends = new Map<string, Promise<Ended>>()
  before(async () => {
    for (const { what, run } of CASES) {
      const folder = await newFolder()
      const ended = takeTurn(async () => read(folder, await run(folder)))
      // The test of the case tells.
      ended.catch(() => undefined)
      ends.set(what, ended)
    }
  })

  for (const { what, reason, check } of CASES) {
    it(`ends with 2 and keeps all where ${what}`, async () => {
      const ended = await ends.get(what)!
      assertInvalid(ended, reason)
      check?.(ended)
      await assertRebuilt(ended)
    })
  }

  it('ends with 74 where its disk fills up, and what was recorded is still a run', async function () {
    skipUnless(this, whyNoMount())
    const disk = await newFolder()
    mount(disk, 'size=48m')
    try {
      const folder = join(disk, 'run')
      const [a, b] = [await host().open(), await host().open()]
      const harness = start(a.baseUrl, b.baseUrl, folder, LONG)
      const isUnderWay = async (): Promise<boolean> => (await countTrials(folder)) >= 26
      await untilHarness(harness, 'it is under way', isUnderWay)
      const filler = join(disk, 'filler')
      await fill(filler)
      const { exitCode, stdout, stderr } = await harness.ended
      assert.equal(exitCode, 74, stderr)
      assert.equal(stdout, '')
      assert.match(
        stderr,
        /\ncannot write \S+: the disk is full: free some space or name another folder with --out\n$/,
      )
      await rm(filler)
      const report = await runHarness('report', [folder])
      assert.equal(report.exitCode, 2, report.stderr)
      assert.match(report.stdout, /^\nINVALID\n- the run was cut short: .* could not be written\n/)
      const { raw } = await read(folder, report)
      assert.ok(raw.trials.length >= 26)
      assert.equal(raw.run.state, 'running')
    } finally {
      unmount(disk)
    }
  })
})

/** Writes until there is no room left. */
async function fill(path: string): Promise<void> {
  const stream = createWriteStream(path)
  const zeros = Buffer.alloc(2 ** 16)
  stream.on('drain', () => {
    while (!stream.destroyed && stream.write(zeros));
  })
  stream.write(Buffer.alloc(2 ** 20))
  await assert.rejects(finished(stream), { code: 'ENOSPC' })
}
