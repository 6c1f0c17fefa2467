import assert from 'node:assert/strict'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { compareRuns } from '../../../bench/compare-runs/compare-runs'
import { ImportError } from '../../../bench/import/import-error'
import { importRun } from '../../../bench/import/import-run'
import type { ImportOptions, NamedFile, Source } from '../../../bench/import/options'
import { PhotosError } from '../../../bench/photos/folder'
import type { PhotoSet } from '../../../bench/photos/photo-set'
import { readRun } from '../../../bench/read-run'
import { rebuild } from '../../../bench/rebuild'
import { toMarkdown } from '../../../bench/report/markdown'
import type { Comparison, Report } from '../../../bench/report/report'
import { validateReport } from '../../../bench/report/schema'
import { UsageError } from '../../../bench/usage-error'
import { runHarness } from '../../helpers/harness-process'
import {
  makePhotoSet,
  MODEL,
  toK6Samples,
  toLocustRows,
  toNdjson,
  writeInto,
} from '../../helpers/imported-files'
import type { MadeFile } from '../../helpers/imported-files'
import { useFolders } from '../../helpers/measured'
import { readFiles, RUN_FILES } from '../../helpers/run-files'

const TO_TEXT: Readonly<Record<Source, (made: MadeFile) => string>> = {
  locust: (made) => toNdjson(toLocustRows(made)),
  k6: (made) => toNdjson(toK6Samples(made)),
}
/** ms from the start of a trial to the next. */
const APART = 60_000

type Made = Omit<MadeFile, 'photos' | 'times'> & {
  readonly target: string
  readonly times?: readonly number[]
}

/** 30 response times around so many ms. */
const toTimes = (around: number): readonly number[] =>
  Array.from({ length: 30 }, (_, number) => around + (number % 7) / 8)

/** Blocks of both twins, one after the other, the function in a seventh more time. */
const toBlocks = (count: number, workload = 'closed:1'): Made[] =>
  Array.from({ length: count }, (_, block) => {
    const twins = block % 3 === 0 ? ['function', 'container'] : ['container', 'function']
    return twins.map((target, place) => ({
      ...{ target, workload, seed: block, at: (block * 2 + place) * APART },
      times: toTimes((target === 'function' ? 16 : 14) + (block % 4) / 4),
    }))
  }).flat()

const find = ({ comparisons }: Report, metric: Comparison['metric']): Comparison => {
  const found = comparisons.find((each) => each.metric === metric)
  assert.ok(found !== undefined)
  return found
}

describe('an import', () => {
  const newFolder = useFolders()
  let photoFolder: string
  let photos: PhotoSet
  before(async () => {
    photoFolder = await newFolder()
    photos = await makePhotoSet(photoFolder)
  })

  async function toOptions(from: Source, made: readonly Made[]): Promise<ImportOptions> {
    const folder = await newFolder()
    const trials: NamedFile[] = []
    for (const [number, { target, times = toTimes(10), ...more }] of made.entries()) {
      const text = TO_TEXT[from]({ photos, times, ...more })
      trials.push({ target, file: await writeInto(folder, `${number}`, text) })
    }
    return { from, trials, photos: photoFolder, out: join(folder, 'run'), formats: ['json'] }
  }
  const importMade = async (from: Source, made: readonly Made[]) => {
    const options = await toOptions(from, made)
    return { report: await importRun(options), folder: options.out }
  }
  const refuse = async (made: readonly Made[], message: RegExp): Promise<void> => {
    const options = await toOptions('locust', made)
    await assert.rejects(
      () => importRun(options),
      (error) => {
        assert.ok(error instanceof ImportError, String(error))
        assert.match(error.message, message)
        return true
      },
    )
    await assert.rejects(() => readFile(options.out), { code: 'ENOENT' })
  }

  for (const from of ['locust', 'k6'] as const) {
    it(`of ${from} has verdicts, and says what it does not know`, async () => {
      const { report, folder } = await importMade(from, toBlocks(12))
      validateReport(JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')))
      assert.deepEqual([report.valid, report.invalidReasons], [true, []])
      const speed = find(report, 'responseTime.p50')
      assert.deepEqual([speed.a, speed.b, speed.blocks], ['function', 'container', 12])
      assert.equal(speed.verdict, 'slower')
      assert.ok(Math.abs((speed.ratio ?? 0) - 16 / 14) < 0.02, String(speed.ratio))
      const cpu = find(report, 'cpuMsPerRequest')
      assert.deepEqual(
        [cpu.ratio, cpu.verdict, cpu.reason],
        [null, 'undecided', 'its CPU time is not known'],
      )
      const tool = from === 'locust' ? 'Locust 2.0' : 'k6'
      assert.equal(report.plan.importedFrom, tool)
      const said = report.warnings.join('\n')
      assert.match(said, new RegExp(`measured by ${tool}, which does not tell whether .* warm`))
      assert.match(said, /same engine, decoder, workers, Node.js, log level, CPUs, memory is not/)
      assert.match(said, from === 'locust' ? /\(steal\) is not known/ : /how busy .* is not known/)
      assert.doesNotMatch(said, /next to each other|first in every block/)
      for (const { model, limits, cpuSource } of report.targets) {
        assert.deepEqual([model, limits, cpuSource], [MODEL, null, null])
      }
      assert.deepEqual([report.aa, report.resolution, report.warmUps], [[], null, []])
    })

    it(`of ${from} can be rebuilt to the byte, and compared with another run`, async () => {
      const { folder } = await importMade(from, toBlocks(3))
      const files = await readFiles(folder)
      await rm(join(folder, 'report.json'))
      await rebuild(folder)
      assert.deepEqual(await readFiles(folder), files)
      const { folder: later } = await importMade(from, toBlocks(4))
      const { targets, levelKind } = compareRuns(
        { folder, raw: await readRun(folder) },
        { folder: later, raw: await readRun(later) },
        undefined,
      )
      assert.equal(levelKind, 'concurrency')
      const names = new Set(targets.map(({ target }) => target))
      assert.deepEqual([...names].sort(), ['container', 'function'])
    })
  }

  it('says that another load generator measured, where runs of two are compared', async () => {
    const { folder } = await importMade('locust', toBlocks(2))
    const { folder: later } = await importMade('k6', toBlocks(2))
    const { warnings, changes } = compareRuns(
      { folder, raw: await readRun(folder) },
      { folder: later, raw: await readRun(later) },
      undefined,
    )
    assert.match(warnings.join('\n'), /measured by different load generators/)
    const [change] = changes.filter(({ what }) => what === 'Imported from')
    assert.deepEqual(change, { what: 'Imported from', base: 'Locust 2.0', later: 'k6' })
  })

  it('of one block has no interval and no verdict, and says why', async () => {
    const { report } = await importMade('locust', toBlocks(1))
    const speed = find(report, 'responseTime.p50')
    assert.deepEqual([speed.lower, speed.upper, speed.verdict], [null, null, 'undecided'])
    assert.match(speed.reason ?? '', /1 of the 10 blocks that a verdict needs/)
    const { p50 } = report.conditions[0]!.responseTime
    assert.ok(p50.value !== null && 'reason' in p50)
    assert.equal(p50.reason, 'one block has no interval')
  })

  it('takes "NAME again" for the A/A comparison', async () => {
    const blocks = toBlocks(12).flatMap((made): Made[] =>
      made.target === 'function'
        ? [made]
        : [made, { ...made, target: 'container again', at: (made.at ?? 0) + APART / 2 }],
    )
    const { report } = await importMade('locust', blocks)
    assert.deepEqual(report.plan.aa, { a: 'container again', b: 'container' })
    assert.deepEqual(report.plan.comparisons, [{ a: 'function', b: 'container' }])
    assert.ok((report.resolution ?? 1) < 0.01)
  })

  it('has every workload that the files have', async () => {
    const second = toBlocks(2, 'closed:5').map((made) => ({ ...made, at: (made.at ?? 0) + 9e6 }))
    const { report } = await importMade('locust', [...toBlocks(2), ...second])
    assert.deepEqual(report.plan.concurrency, [1, 5])
    const cells = report.conditions.map(
      ({ target, workload, blocks }) => `${target} ${workload.concurrency} ${blocks}`,
    )
    assert.deepEqual(cells.sort(), [
      ...['container 1 2', 'container 5 2', 'function 1 2', 'function 5 2'],
    ])
  })

  it('of an open loop tells what users wait for, but not how late requests were sent', async () => {
    const rate = 50
    const made = toBlocks(2, `open:${rate}`).map((each) => ({
      ...each,
      times: Array.from({ length: 40 }, () => 20),
    }))
    const { report, folder } = await importMade('k6', made)
    assert.deepEqual([report.valid, report.invalidReasons], [true, []])
    assert.match(report.warnings.join('\n'), /how late the load generator sent is not known/)
    const [condition] = report.openLoop ?? []
    assert.deepEqual(
      [condition?.workload.rate, condition?.requests, condition?.lag],
      [rate, 80, { p50: null, p99: null, late: null }],
    )
    const { trials } = await readRun(folder)
    assert.deepEqual(
      trials.map(({ duration, concurrency }) => [duration, concurrency]),
      Array.from({ length: 4 }, () => [800, 0]),
    )
    const page = toMarkdown(report)
    assert.match(page, /Open loop of k6: requests come at even times/)
    assert.doesNotMatch(page, /Poisson|at random times/)
  })

  it('is INVALID where targets were loaded at the same time, or not at the rate that was said', async () => {
    const both = ['container', 'function'].map((target) => ({ target, at: 0 }))
    const { report } = await importMade('locust', both)
    assert.deepEqual(report.invalidReasons, [
      'function (block 1) was loaded while container (block 1) still was',
    ])
    const slow = toBlocks(1, 'open:90').map((made) => ({ ...made, times: toTimes(20) }))
    const { report: other } = await importMade('k6', slow)
    assert.match(
      other.invalidReasons.join('\n'),
      /^container: 4\d\.\d requests a second .* not 90$/m,
    )
  })

  it('is INVALID where an answer was wrong, and tells of it', async () => {
    const options = await toOptions('locust', toBlocks(2))
    const { file } = options.trials[0]!
    const text = (await readFile(file, 'utf8')).replace(
      '"outcome":"right","message":null',
      '"outcome":"wrong","message":"menu (0.9000), but food (0.8000) without load"',
    )
    await writeFile(file, text)
    const report = await importRun(options)
    assert.match(
      report.invalidReasons.join('\n'),
      /1 of 60 requests were answered with another prediction .*: menu \(0\.9000\), but food/,
    )
  })

  it('warns of blocks that are not next to each other, and of an order that is always the same', async () => {
    const scattered = toBlocks(3).map((made) => ({
      ...{ ...made, at: (made.target === 'function' ? 100 : 0) * APART + (made.at ?? 0) },
    }))
    const { report } = await importMade('locust', scattered)
    assert.match(report.warnings.join('\n'), /trials of a block were not next to each other/)
    const fixed = Array.from({ length: 5 }, (_, block) =>
      ['container', 'function'].map((target, place) => ({
        ...{ target, at: (2 * block + place) * APART },
      })),
    ).flat()
    const { report: other } = await importMade('locust', fixed)
    assert.match(other.warnings.join('\n'), /container was loaded first in every block/)
  })

  it('reads compressed files', async () => {
    const options = await toOptions('k6', toBlocks(2))
    const folder = await newFolder()
    const trials: NamedFile[] = []
    for (const [number, { target, file }] of options.trials.entries()) {
      const zipped = gzipSync(await readFile(file))
      trials.push({ target, file: await writeInto(folder, `${number}.json.gz`, zipped) })
    }
    const report = await importRun({ ...options, trials })
    assert.equal(report.conditions.length, 2)
  })

  it('refuses what makes no blocks, and leaves no folder behind', async () => {
    await refuse(
      [{ target: 'a' }, { target: 'b' }, { target: 'a', at: APART }],
      /^a has 2 files of closed:1, b has 1: a block needs one of each$/,
    )
    await refuse(
      [{ target: 'a' }, { target: 'b', workload: 'open:9' }],
      /some files are of a closed loop and some of an open one/,
    )
    await refuse(
      [{ target: 'a' }, { target: 'b', seed: 2, at: APART }],
      /1 has photos in the order of seed 2, .*0 of seed 1/,
    )
    await refuse([{ target: 'a', times: [] }], /0 has no request in it$/)
  })

  it('refuses more requests at once than the workload has, and photos that were not sent in turn', async () => {
    const rows = toLocustRows({ photos, times: [10, 10, 10, 10] })
    const folder = await newFolder()
    const refuseRows = async (changed: readonly unknown[], message: RegExp): Promise<void> => {
      const file = await writeInto(folder, 'rows', toNdjson(changed))
      const trials = [{ target: 'a', file }]
      const options = { from: 'locust', trials, photos: photoFolder, formats: [] } as const
      await assert.rejects(() => importRun({ ...options, out: join(folder, 'run') }), message)
    }
    await refuseRows(
      rows.map((row) => ('sentAt' in row ? { ...row, sentAt: 0 } : row)),
      /rows: 4 requests were on their way at once, more than closed:1 says/,
    )
    await refuseRows(
      rows.map((row) => ('photo' in row ? { ...row, photo: photos.photos[0]?.file } : row)),
      /rows: one photo was sent 4 times and another 0 times, so not in turn/,
    )
  })

  it('refuses a folder of photos without answers or with others, and a run folder that has something in it', async () => {
    const options = await toOptions('locust', toBlocks(1))
    const bare = await newFolder()
    await assert.rejects(
      () => importRun({ ...options, photos: bare }),
      (error) =>
        error instanceof PhotosError && /has no photos.json .*npm run photos/.test(error.message),
    )
    await mkdir(options.out)
    await writeInto(options.out, 'mine.txt', 'mine')
    await assert.rejects(
      () => importRun(options),
      (error) => error instanceof UsageError && error.message.includes('has something in it'),
    )
  })

  describe('by npm run import', () => {
    it('prints the answer, and ends with what the help tells', async () => {
      const { from, trials, photos: folder, out } = await toOptions('locust', toBlocks(2))
      const given = trials.flatMap(({ target, file }) => ['--trial', `${target}=${file}`])
      const args = ['--from', from, '--photos', folder, ...given, '--out', out]
      const { exitCode, stdout, stderr } = await runHarness('import', args)
      assert.deepEqual([exitCode, stderr], [0, ''])
      assert.match(stdout, /^\nVALID\n- warning: measured by Locust 2\.0/)
      assert.deepEqual(Object.keys(await readFiles(out)), RUN_FILES)
    })

    it('ends with 65 and the line where a file cannot be used', async () => {
      const { trials, photos: folder, out } = await toOptions('locust', toBlocks(1))
      const [first] = trials
      const args = ['--from', 'k6', '--photos', folder, '--trial', `a=${first?.file ?? ''}`]
      const { exitCode, stderr } = await runHarness('import', [...args, '--out', out])
      assert.equal(exitCode, 65)
      assert.match(stderr, /0, line 1: it is no sample of k6: is --from right\?\n$/)
    })
  })
})
