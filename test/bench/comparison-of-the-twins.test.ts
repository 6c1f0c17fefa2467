import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { homedir, hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import { readRun } from '../../bench/read-run'
import type { RawRun } from '../../bench/read-run'
import { rebuild } from '../../bench/rebuild'
import type { Condition, Report } from '../../bench/report/report'
import { validateReport } from '../../bench/report/schema'
import { toText } from '../../bench/report/text'
import { readHierarchies } from '../../bench/targets/cgroup-hierarchies'
import { createTurns, runHarness, startHarness, untilHarness } from '../helpers/harness-process'
import type { HarnessEnd, HarnessProcess } from '../helpers/harness-process'
import { useFolders } from '../helpers/measured'
import { skipUnless } from '../helpers/optional'
import { countTrials, readFiles, RUN_FILES } from '../helpers/run-files'
import { isAlive, until } from './targets/until'

const ROOT = join(__dirname, '..', '..')
const NAMES = ['container', 'container-again', 'function', 'stock-function']
const onLinux = process.platform === 'linux' ? undefined : 'there is no /proc here'

async function readReport(folder: string): Promise<Report> {
  const report: unknown = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'))
  validateReport(report)
  return report
}

describe('the comparison of the twins', () => {
  const newFolder = useFolders()

  describe('in two short blocks', () => {
    let folder: string
    let end: HarnessEnd
    let report: Report
    let raw: RawRun
    before(async () => {
      folder = join(await newFolder(), 'a', 'new folder')
      const asked = ['--blocks', '2', '--requests', '30', '--concurrency', '1,2']
      end = await runHarness('compare', [...asked, '--out', folder])
      assert.equal(end.exitCode, 0, end.stderr + end.stdout)
      report = await readReport(folder)
      raw = await readRun(folder)
    })

    it('is valid, with the answer on stdout and the progress on stderr', () => {
      assert.deepEqual([report.valid, report.invalidReasons], [true, []])
      assert.match(end.stdout, /^\nVALID\n/)
      assert.ok(end.stdout.endsWith(`\nraw rows and report: ${folder}\n`))
      const lines = end.stderr.trimEnd().split('\n')
      assert.deepEqual(lines.slice(0, 2), [`measuring into ${folder}`, 'starting 4 targets'])
      for (const name of NAMES) {
        assert.match(end.stderr, new RegExp(`^ {2}${name}: ready after \\d+ ms`, 'm'))
        assert.match(end.stderr, new RegExp(`^ {2}${name}: warm after \\d+ requests`, 'm'))
      }
      assert.match(end.stderr, /^ {2}0 %: one request after the other, (container|function|stock)/m)
      assert.doesNotMatch(end.stderr, /VALID|p50|\bat .*\.ts:/)
      assert.doesNotMatch(end.stdout, /ready after|warm after|%: /)
    })

    it('has every target at every level, with its times, CPU and memory', () => {
      assert.deepEqual(
        report.targets.map(({ name }) => name),
        NAMES,
      )
      const cells = NAMES.flatMap((name) => [`${name} 1`, `${name} 2`])
      const toCell = ({ target, workload }: Condition): string =>
        `${target} ${workload.concurrency}`
      assert.deepEqual(report.conditions.map(toCell), cells)
      for (const condition of report.conditions) {
        const { blocks, requests, errors } = condition
        assert.deepEqual([blocks, requests, errors], [2, 60, 0], toCell(condition))
        const { responseTime, predictionTime, decodeTime, waitingTime, queueTime } = condition
        for (const { p50 } of [responseTime, predictionTime, decodeTime, waitingTime]) {
          assert.ok((p50.value ?? 0) > 0, toCell(condition))
        }
        assert.ok((queueTime.p50.value ?? -1) >= 0)
        assert.ok((condition.cpuMsPerRequest ?? 0) > 0.1, toCell(condition))
        assert.ok((condition.peakMemoryBytes ?? 0) > 20e6, toCell(condition))
        assert.ok((condition.throughput ?? 0) > 1)
        assert.equal(condition.goodput, condition.throughput)
        assert.ok((condition.generatorCpuMsPerRequest ?? 0) > 0)
      }
    })

    it('has rows whose parts are no longer than the whole', () => {
      const photos = raw.trials.filter(({ experiment }) => !experiment.startsWith('zero-work'))
      const rows = photos.flatMap(({ observations }) => observations)
      for (const { responseTime, serviceTime, decodeTime, predictionTime, queueTime } of rows) {
        assert.ok(decodeTime !== null && predictionTime !== null && queueTime !== null)
        assert.ok(serviceTime !== null && responseTime !== null)
        assert.ok(serviceTime <= responseTime, `${serviceTime} of ${responseTime} ms`)
        assert.ok(decodeTime + predictionTime + queueTime <= serviceTime + 0.1)
      }
      assert.ok(rows.every(({ serialiseTime }) => (serialiseTime ?? -1) >= 0))
    })

    it('tells of each twin, but not of the double, what a request without work takes', () => {
      const twins = NAMES.filter((name) => name !== 'container-again')
      assert.deepEqual(
        report.shims?.map(({ target, blocks, hop }) => [target, blocks, hop]),
        twins.map((name) => [name, 2, null]),
      )
      for (const { target, waiting, shim, remainder } of report.shims ?? []) {
        const [whole, own, rest] = [waiting, shim, remainder].map(
          (part) => part?.value ?? Number.NaN,
        )
        assert.ok(own! > 0, target)
        assert.ok(Math.abs(own! + rest! - whole!) < 1e-9, target)
      }
      const asked = raw.trials.filter(({ experiment }) => experiment === 'zero-work')
      assert.equal(asked.length, 2 * twins.length)
      for (const { requests, outcomes, observations } of asked) {
        assert.deepEqual(outcomes, { right: requests })
        assert.ok(
          observations.every(({ status, serviceTime }) => status === 415 && serviceTime === null),
        )
      }
    })

    it('has no verdict of two blocks', () => {
      assert.ok(report.comparisons.length > 0)
      for (const { verdict, reason, blocks } of [...report.comparisons, ...report.aa]) {
        assert.equal(verdict, 'undecided')
        assert.ok(blocks <= 2)
        assert.ok(reason !== undefined)
      }
      const pairs = new Set(report.comparisons.map(({ a, b }) => `${a} / ${b}`))
      assert.deepEqual([...pairs], ['function / container', 'stock-function / container'])
    })

    it("has the paper's groups and its ten requests", () => {
      const { groups, sequences } = report.paper!
      const names = NAMES.filter((name) => name !== 'container-again')
      assert.deepEqual(
        groups.map(({ target, concurrency, repetitions, errors }) =>
          [target, concurrency, repetitions, errors].join(),
        ),
        names.flatMap((name) => [`${name},1,5,0`, `${name},2,5,0`]),
      )
      for (const { fastest, mean, slowest } of groups) {
        assert.ok(fastest! > 0 && fastest! <= mean! && mean! <= slowest!)
      }
      assert.deepEqual(
        sequences.map(({ target, requests, errors }) => [target, requests.length, errors]),
        names.map((name) => [name, 10, 0]),
      )
      for (const { requests } of sequences) {
        for (const { predictionTime, responseTime } of requests) {
          assert.ok(predictionTime! > 0 && predictionTime! < responseTime!)
        }
      }
    })

    it('has matched twins: the same model, engine, decoder, workers, Node.js and limits', () => {
      const facts = report.targets.map(
        ({ model, engine, decoder, workers, node, logLevel, limits }) =>
          JSON.stringify({ model, engine, decoder, workers, node, logLevel, limits }),
      )
      assert.equal(new Set(facts).size, 1, facts.join('\n'))
      const [{ model, engine, workers }] = report.targets as [Report['targets'][0]]
      assert.ok(model !== null && engine !== null && workers !== null)
    })

    it('says what it was measured on, but not whose machine it is', async () => {
      const text = await readFile(join(folder, 'environment.json'), 'utf8')
      const { cpu, node, packages, loadAverage, startedAt } = raw.environment
      assert.ok((cpu.cores ?? 0) >= 1 && cpu.model !== '')
      assert.equal(node, process.version)
      assert.match(packages['autocannon'] ?? '', /^\d+\./)
      assert.equal(new Date(startedAt).toISOString(), startedAt)
      if (process.platform === 'linux') {
        assert.equal(loadAverage.before?.length, 3)
        assert.equal(loadAverage.after?.length, 3)
      }
      const words: readonly string[] = text.match(/[\w.@/-]+/g) ?? []
      for (const name of [hostname(), userInfo().username]) {
        assert.ok(!words.includes(name), `environment.json has ${name}`)
      }
      const raws = ['environment.json', 'run.json', 'trials.ndjson']
      const reports = ['report.json', 'report.md', 'report.html', 'report.svg']
      for (const file of [...raws, ...reports]) {
        const content = readFileSync(join(folder, file), 'utf8')
        for (const path of [`${homedir()}/`, ROOT, process.cwd(), folder]) {
          assert.ok(!content.includes(path), `${file} has ${path}`)
        }
      }
    })

    it('is rebuilt byte for byte by another process', async () => {
      const before = await readFiles(folder)
      assert.deepEqual(Object.keys(before), RUN_FILES)
      const rebuilt = await runHarness('report', [folder])
      assert.deepEqual(rebuilt, { ...end, stderr: '' })
      assert.deepEqual(await readFiles(folder), before)
    })
  })

  describe('that ends early', () => {
    const takeTurn = createTurns()
    /** Two of them at a time, as they wait a lot. */
    function inTurn(title: string, test: () => Promise<void>): void {
      let running: Promise<void> | undefined
      before(() => {
        if (onLinux !== undefined) return
        running = takeTurn(test)
        running.catch(() => undefined)
      })
      it(title, async function () {
        skipUnless(this, onLinux)
        await running
      })
    }

    const LONG = ['--blocks', '50', '--requests', '50', '--concurrency', '1', '--format', 'json']

    /** The twins' processes, once all four are there. */
    async function untilStarted(harness: HarnessProcess): Promise<readonly number[]> {
      const isReady = (): boolean => harness.progress().includes('stock-function: ready')
      await untilHarness(harness, 'the twins are ready', isReady)
      const children = findChildren(harness.pid)
      assert.equal(children.length, 4)
      assert.ok(children.every(isAlive))
      return children
    }

    async function assertGone(pid: number, children: readonly number[]): Promise<void> {
      for (const child of children) await until(`${child} is gone`, () => !isAlive(child))
      assert.deepEqual(findGroups(pid), [])
    }

    inTurn(
      'as by Ctrl-C ends with 130, keeps what was measured, and leaves nothing behind',
      async () => {
        const folder = join(await newFolder(), 'run')
        const harness = startHarness('compare', [...LONG, '--out', folder])
        const children = await untilStarted(harness)
        // Some of the closed loop, too: the paper's part has 3 + 5 x 3 trials.
        const isUnderWay = async (): Promise<boolean> => (await countTrials(folder)) >= 20
        await untilHarness(harness, 'it is under way', isUnderWay)
        // A terminal tells the whole group.
        harness.killGroup('SIGINT')
        const { exitCode, stdout, stderr } = await harness.ended
        assert.equal(exitCode, 130, stderr)
        assert.match(stderr, /\nstopping; again to end at once\n/)
        assert.match(stdout, /^\nINVALID\n- the run was interrupted before its end\n/)
        await assertGone(harness.pid, children)
        const { trials, run } = await readRun(folder)
        assert.equal(run.state, 'interrupted')
        assert.ok(trials.length >= 20)
        const report = await readReport(folder)
        assert.deepEqual(report.invalidReasons, ['the run was interrupted before its end'])
        assert.ok(report.conditions.length > 0)
        const before = await readFiles(folder)
        assert.equal(toText(await rebuild(folder), folder), stdout)
        assert.deepEqual(await readFiles(folder), before)
      },
    )

    inTurn('by SIGINT while the twins start leaves nothing behind either', async () => {
      const folder = join(await newFolder(), 'run')
      const harness = startHarness('compare', [...LONG, '--out', folder])
      const isStarting = (): boolean => findChildren(harness.pid).length >= 2
      await untilHarness(harness, 'the second one starts', isStarting)
      const children = findChildren(harness.pid)
      harness.kill('SIGINT')
      const { exitCode, stdout } = await harness.ended
      assert.equal(exitCode, 130)
      assert.match(stdout, /^\nINVALID\n- the run was interrupted before its end\n/)
      await assertGone(harness.pid, children)
      assert.deepEqual((await readRun(folder)).trials, [])
    })

    inTurn('by SIGTERM, twice, ends at once, and leaves nothing behind either', async () => {
      const folder = join(await newFolder(), 'run')
      const harness = startHarness('compare', [...LONG, '--out', folder])
      const children = await untilStarted(harness)
      harness.kill('SIGTERM')
      const isStopping = (): boolean => harness.progress().includes('stopping')
      await untilHarness(harness, 'it stops', isStopping)
      harness.kill('SIGTERM')
      assert.equal((await harness.ended).exitCode, 130)
      await assertGone(harness.pid, children)
    })

    inTurn('as a twin is killed says so, and stops the others', async () => {
      const folder = join(await newFolder(), 'run')
      const harness = startHarness('compare', [...LONG, '--out', folder])
      const isUnderWay = async (): Promise<boolean> => (await countTrials(folder)) >= 3
      await untilHarness(harness, 'it is under way', isUnderWay)
      const children = findChildren(harness.pid)
      process.kill(children[0]!, 'SIGKILL')
      const { exitCode, stderr } = await harness.ended
      assert.equal(exitCode, 2, stderr)
      const { invalidReasons } = await readReport(folder)
      // On a busy machine its lost requests may be told before its end.
      assert.match(
        invalidReasons[0] ?? '',
        /container was ended by SIGKILL|^container answered none of \d+ requests right .*ECONN/,
      )
      for (const child of children) await until(`${child} is gone`, () => !isAlive(child))
      assert.deepEqual(findGroups(harness.pid), [])
      assert.ok((await readRun(folder)).trials.length >= 3)
    })
  })
})

/** Processes that a process has started and that are still there, in the order of their ids. */
function findChildren(parent: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
        const [state, ppid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
        return Number(ppid) === parent && state !== 'Z'
      } catch {
        return false
      }
    })
    .sort((one, other) => one - other)
}

/** Cgroups that a harness has made. */
function findGroups(pid: number): readonly string[] {
  return readHierarchies().flatMap(({ own }) =>
    readdirSync(own).filter((name) => name.startsWith(`photo-twin-${pid}-`)),
  )
}
