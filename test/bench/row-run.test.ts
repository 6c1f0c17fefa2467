import assert from 'node:assert/strict'
import { readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRowRecorder, isOfFormat, readRowRun, recordRun } from '../../bench/row-run'
import type { KindOfRun } from '../../bench/row-run'
import { TargetError } from '../../bench/targets/target'
import { ENVIRONMENT } from '../helpers/raw-run'
import { useTemporaryFolder } from '../helpers/use-temporary-folder'

interface MadeRun extends KindOfRun {
  readonly seed: number
}
interface Row {
  readonly at: number
}

const RUN: MadeRun = { kind: 'made-up', version: 1, seed: 3, failures: [], state: 'running' }

for (const rowsFile of ['rows.ndjson', 'rows.ndjson.gz']) {
  describe(`a run with its rows in ${rowsFile}`, () => {
    const folder = useTemporaryFolder()
    const format = { kind: 'made-up', rowsFile }

    async function write(name: string): Promise<string> {
      const path = join(folder(), name)
      const recorder = await createRowRecorder<MadeRun, Row>(path, format)
      await recorder.writeRun(RUN)
      await recorder.writeEnvironment(ENVIRONMENT)
      for (const at of [1, 2, 3]) await recorder.recordRow({ at })
      return path
    }

    it('comes back as it was', async () => {
      const path = await write('whole')
      assert.deepEqual(await readRowRun<MadeRun, Row>(path, format), {
        ...{ run: RUN, environment: ENVIRONMENT, rows: [{ at: 1 }, { at: 2 }, { at: 3 }] },
      })
      assert.equal(isOfFormat(path, format), true)
      assert.equal(isOfFormat(folder(), format), false)
    })

    it('comes back without the row that was cut short', async () => {
      const path = await write('cut')
      const file = join(path, rowsFile)
      // Of a compressed one, the last eight bytes are only its checksum.
      const missing = rowsFile.endsWith('.gz') ? 12 : 3
      await truncate(file, (await readFile(file)).byteLength - missing)
      const { rows } = await readRowRun<MadeRun, Row>(path, format)
      assert.deepEqual(rows, [{ at: 1 }, { at: 2 }])
    })

    it('comes back without rows where none was recorded', async () => {
      const path = join(folder(), 'empty')
      const recorder = await createRowRecorder<MadeRun, Row>(path, format)
      await recorder.writeRun(RUN)
      await recorder.writeEnvironment(ENVIRONMENT)
      assert.deepEqual((await readRowRun<MadeRun, Row>(path, format)).rows, [])
    })

    it('is refused where it is of another kind, damaged, or not there', async () => {
      const path = await write('other')
      await writeFile(join(path, 'run.json'), JSON.stringify({ ...RUN, kind: 'else' }))
      await assert.rejects(readRowRun(path, format), {
        name: 'RunFolderError',
        message: /run\.json .* it is none of made-up, version 1/,
      })
      await writeFile(join(path, 'run.json'), '{')
      await assert.rejects(readRowRun(path, format), { name: 'RunFolderError' })
      await assert.rejects(readRowRun(join(folder(), 'nothing'), format), {
        name: 'RunFolderError',
        message: /run\.json/,
      })
    })
  })
}

describe('run.json', () => {
  const folder = useTemporaryFolder()
  const format = { kind: 'made-up', rowsFile: 'rows.ndjson' }

  /** What is left of a run whose measuring ends so. */
  async function record(
    name: string,
    end: (stopper: AbortController) => void,
  ): Promise<{ readonly run: MadeRun; readonly thrown: unknown }> {
    const path = join(folder(), name)
    const recorder = await createRowRecorder<MadeRun, Row>(path, format)
    await recorder.writeEnvironment(ENVIRONMENT)
    const stopper = new AbortController()
    const measuring = recordRun(recorder, RUN, stopper.signal, async (update) => {
      await update({ seed: 4 })
      end(stopper)
    })
    const thrown = await measuring.catch((error: unknown) => error)
    return { run: (await readRowRun<MadeRun, Row>(path, format)).run, thrown }
  }

  for (const [title, end, rest] of [
    ['completed', () => undefined, { state: 'completed' }],
    [
      'failed, and why, of a target',
      () => {
        throw new TargetError('it is away')
      },
      { state: 'failed', failures: ['it is away'] },
    ],
    [
      'interrupted, whatever was thrown',
      (stopper: AbortController) => {
        stopper.abort()
        throw new TargetError('it is away')
      },
      { state: 'interrupted' },
    ],
  ] as const) {
    it(`says what was found out, and that it ${title}`, async () => {
      const { run, thrown } = await record(title, end)
      assert.deepEqual(run, { ...RUN, seed: 4, ...rest })
      assert.equal(thrown, undefined)
    })
  }

  it('says that it is running where the harness is at fault, which is thrown', async () => {
    const bug = new TypeError('a bug')
    const { run, thrown } = await record('bug', () => {
      throw bug
    })
    assert.deepEqual([run.state, thrown], ['running', bug])
  })
})
