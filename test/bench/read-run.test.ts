import assert from 'node:assert/strict'
import { appendFile, mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { readRun, RunFolderError } from '../../bench/read-run'
import { rebuild } from '../../bench/rebuild'
import { createRecorder } from '../../bench/recorder'
import { toCsv } from '../../bench/requests-csv'
import { useFolders } from '../helpers/measured'
import { toRawRun } from '../helpers/raw-run'
import type { MadeTrial } from '../helpers/raw-run'
import { readFiles, RUN_FILES } from '../helpers/run-files'

const TRIALS: readonly MadeTrial[] = [
  { target: 'a', times: [5, 6, 7], serviceShare: 0.5, block: 0 },
  { target: 'b', times: [5.5, 6.25], block: 0 },
  { target: 'b again', times: [5.5], errors: { status: 1, unanswered: 2 }, block: 0 },
]
const RAW = toRawRun({ trials: TRIALS })

describe('a run folder', () => {
  const newFolder = useFolders()

  /** As the harness writes it. */
  const record = async (raw = RAW): Promise<string> => {
    const folder = await newFolder()
    const recorder = await createRecorder(folder)
    await recorder.writeEnvironment(raw.environment)
    await recorder.writeRun({ ...raw.run, state: 'running' })
    for (const { observations, ...trial } of raw.trials) {
      await recorder.recordTrial(trial, observations)
    }
    await recorder.writeRun(raw.run)
    return folder
  }
  const refuse = (folder: string, message: RegExp): Promise<void> =>
    assert.rejects(
      readRun(folder),
      (error) => error instanceof RunFolderError && message.test(error.message),
    )

  it('is read as it was recorded', async () => {
    assert.deepEqual(await readRun(await record()), RAW)
  })

  it('is read while it is made', async () => {
    const folder = await newFolder()
    const recorder = await createRecorder(folder)
    await recorder.writeEnvironment(RAW.environment)
    await recorder.writeRun({ ...RAW.run, state: 'running' })
    assert.deepEqual(await readRun(folder), {
      run: { ...RAW.run, state: 'running' },
      environment: RAW.environment,
      trials: [],
    })
  })

  it('gives the same report files each time', async () => {
    const folder = await record()
    await rebuild(folder, ['json', 'markdown', 'html'])
    const before = await readFiles(folder)
    assert.deepEqual(Object.keys(before), RUN_FILES)
    await rebuild(folder, ['json', 'markdown', 'html'])
    assert.deepEqual(await readFiles(folder), before)
  })

  it('gives the reports that are asked for, else those of its plan', async () => {
    const folder = await record()
    await rebuild(folder)
    const names = async (): Promise<string[]> =>
      Object.keys(await readFiles(folder)).filter((name) => name.startsWith('report'))
    assert.deepEqual(await names(), ['report.json'])
    await rebuild(folder, ['markdown'])
    assert.deepEqual(await names(), ['report.json', 'report.md', 'report.svg'])
  })

  describe('of a run that was cut short', () => {
    it('has all listed trials, wherever the last write of rows was cut', async () => {
      const folder = await record()
      const file = join(folder, 'requests.csv.gz')
      const whole = await readFile(file)
      const last = gzipSync(toCsv(3, RAW.trials[0]!.observations), { level: 9 })
      for (let length = 0; length <= last.length; length++) {
        await writeFile(file, Buffer.concat([whole, last.subarray(0, length)]))
        assert.deepEqual((await readRun(folder)).trials, RAW.trials, `cut at ${length}`)
      }
    })

    it('does not have a trial whose line was cut', async () => {
      const folder = await record()
      const file = join(folder, 'trials.ndjson')
      const lines = await readFile(file, 'utf8')
      const lastLine = lines.trimEnd().split('\n').at(-1)!.length + 1
      for (const missing of [1, 2, lastLine - 1, lastLine]) {
        await writeFile(file, lines.slice(0, lines.length - missing))
        assert.deepEqual((await readRun(folder)).trials, RAW.trials.slice(0, 2))
      }
    })

    it('is INVALID as it was not completed', async () => {
      for (const state of ['running', 'interrupted'] as const) {
        const folder = await record({ ...RAW, run: { ...RAW.run, state } })
        const { valid, invalidReasons } = await rebuild(folder)
        assert.equal(valid, false)
        assert.match(invalidReasons.join(), state === 'running' ? /cut short/ : /interrupted/)
      }
    })
  })

  describe('is refused, with the file that is the reason,', () => {
    it('where there is none', async () => {
      const folder = await newFolder()
      await refuse(folder, /is not a run folder: run\.json is not there$/)
      await refuse(join(folder, 'none'), /run\.json is not there$/)
      const file = join(folder, 'file')
      await writeFile(file, '')
      await refuse(file, /run\.json is not there$/)
    })

    for (const name of ['run.json', 'environment.json', 'trials.ndjson', 'requests.csv.gz']) {
      it(`where ${name} is missing, or a folder`, async () => {
        const folder = await record()
        await rm(join(folder, name))
        await refuse(folder, new RegExp(`${name} is not there$`))
        await mkdir(join(folder, name))
        await refuse(folder, new RegExp(`${name} gives EISDIR$`))
      })

      it(`where ${name} is rubbish`, async () => {
        const folder = await record()
        await writeFile(join(folder, name), 'rubbish\n')
        await refuse(folder, new RegExp(`^${name} of .* is damaged: `))
      })
    }

    it('where run.json is of another version', async () => {
      const folder = await record()
      for (const content of ['null', '{}', '{"version":2}']) {
        await writeFile(join(folder, 'run.json'), content)
        await refuse(folder, /run\.json of .* is damaged: it is not of version 1/)
      }
    })

    it('where a listed trial has no rows, or more than it says', async () => {
      const folder = await record()
      const line = JSON.stringify({ ...toRawRun({ trials: TRIALS.slice(0, 1) }).trials[0], id: 9 })
      await appendFile(join(folder, 'trials.ndjson'), `${line}\n`)
      await refuse(folder, /trials\.ndjson .* trial 9 has 3 requests, but requests\.csv\.gz 0$/)
      const other = await record()
      await appendFile(
        join(other, 'requests.csv.gz'),
        gzipSync(toCsv(0, RAW.trials[0]!.observations.slice(0, 1))),
      )
      await refuse(other, /trial 0 has 3 requests, but requests\.csv\.gz 4$/)
    })

    it('where a row is damaged, with its line', async () => {
      const folder = await record()
      await appendFile(join(folder, 'requests.csv.gz'), gzipSync('no,row\n'))
      await refuse(folder, /requests\.csv\.gz .* line 11 is not a request's row$/)
    })

    it('where rows of listed trials were cut off', async () => {
      const folder = await record()
      const file = join(folder, 'requests.csv.gz')
      await truncate(file, (await readFile(file)).length - 30)
      await refuse(folder, /trial 2 has 4 requests, but requests\.csv\.gz \d$/)
    })
  })
})
