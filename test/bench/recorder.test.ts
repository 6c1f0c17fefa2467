import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRecorder, RecorderError } from '../../bench/recorder'
import { useFolders } from '../helpers/measured'
import { mount, unmount, whyNoMount } from '../helpers/mounts'
import { skipUnless } from '../helpers/optional'
import { toRawRun } from '../helpers/raw-run'

const { run, environment, trials } = toRawRun({ trials: [{ target: 'a', times: [1, 2] }] })
const [{ observations, ...trial }] = trials as [(typeof trials)[0]]

describe('a new run folder', () => {
  const newFolder = useFolders()

  const refuse = (folder: string, message: RegExp): Promise<void> =>
    assert.rejects(createRecorder(folder), (error: Error) => {
      assert.ok(error instanceof RecorderError, String(error))
      assert.equal(error.early, true)
      assert.ok(error.message.startsWith(`cannot make ${folder}: `), error.message)
      assert.match(error.message, message)
      return true
    })

  it('is made with all folders above it, or may be there and empty', async () => {
    const folder = join(await newFolder(), 'a', 'b', 'run')
    await createRecorder(folder)
    assert.deepEqual((await readdir(folder)).sort(), ['requests.csv.gz', 'trials.ndjson'])
    await createRecorder(`${await newFolder()}/`)
  })

  it('is not one that has something in it, which stays as it is', async () => {
    for (const name of ['.hidden', 'run.json', 'folder']) {
      const folder = await newFolder()
      if (name === 'folder') await mkdir(join(folder, name))
      else await writeFile(join(folder, name), 'mine')
      await assert.rejects(createRecorder(folder), {
        name: 'UsageError',
        message: `--out ${folder} has something in it: name a new or empty folder`,
      })
      assert.deepEqual(await readdir(folder), [name])
    }
  })

  it('cannot be made where a file is', async () => {
    const file = join(await newFolder(), 'file')
    await writeFile(file, 'mine')
    await refuse(file, /there is a file of that name: name another folder with --out$/)
    await refuse(join(file, 'run'), /a part of the path is a file: name another folder with --out$/)
    await refuse(join(file, 'a', 'run'), /a part of the path is a file/)
    assert.equal(await readFile(file, 'utf8'), 'mine')
  })

  it('cannot be made where the system makes none', async function () {
    skipUnless(this, process.platform === 'linux' ? undefined : 'there is no /proc here')
    await refuse('/proc/photo-twin', /ENOENT/)
    await refuse('/proc/photo-twin/run', /ENOENT/)
  })

  it('cannot be made on a read-only disk', async function () {
    skipUnless(this, whyNoMount())
    const disk = await newFolder()
    mount(disk, 'ro')
    try {
      await refuse(
        join(disk, 'a', 'run'),
        /file system is read-only: name another folder with --out$/,
      )
    } finally {
      unmount(disk)
    }
  })

  it('cannot be made where there is too little room', async function () {
    skipUnless(this, whyNoMount())
    const disk = await newFolder()
    mount(disk, 'size=16m')
    try {
      const room = /the disk is full: free some space .* \(only 16\.0 MB are free, 32 are needed\)$/
      await refuse(join(disk, 'run'), room)
    } finally {
      unmount(disk)
    }
  })

  it('has the last whole state where its disk is full, and says so', async function () {
    skipUnless(this, whyNoMount())
    const disk = await newFolder()
    mount(disk, 'size=40m')
    try {
      const folder = join(disk, 'run')
      const recorder = await createRecorder(folder)
      await recorder.writeEnvironment(environment)
      await recorder.writeRun({ ...run, state: 'running' })
      await recorder.recordTrial(trial, observations)
      await assert.rejects(writeFile(join(disk, 'filler'), Buffer.alloc(41 * 2 ** 20)))
      const huge = { ...run, failures: ['x'.repeat(1e6)] }
      for (const writing of [recorder.writeRun(huge), writeTrials()]) {
        await assert.rejects(writing, (error: Error) => {
          assert.ok(error instanceof RecorderError, String(error))
          assert.equal(error.early, false)
          assert.match(error.message, /^cannot write \S+: the disk is full: free some space/)
          return true
        })
      }
      const text = await readFile(join(folder, 'run.json'), 'utf8')
      assert.deepEqual(JSON.parse(text), { ...run, state: 'running' })

      async function writeTrials(): Promise<void> {
        const messages = Array.from({ length: 1000 }, (_, at) => `${at} ${Math.sin(at)}`)
        for (let id = 1; id < 1000; id++) {
          await recorder.recordTrial({ ...trial, id, messages }, observations)
        }
      }
    } finally {
      unmount(disk)
    }
  })

  it('that is gone meanwhile cannot be written', async () => {
    const folder = join(await newFolder(), 'run')
    const recorder = await createRecorder(folder)
    await rm(folder, { recursive: true })
    const gone = { name: 'RecorderError', early: false, message: /^cannot write .*ENOENT/ }
    await assert.rejects(recorder.writeRun(run), gone)
    await assert.rejects(recorder.recordTrial(trial, observations), gone)
  })
})
