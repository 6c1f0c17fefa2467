import assert from 'node:assert/strict'
import { readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRowRecorder, isOfFormat, readRowRun } from '../../bench/row-run'
import { ENVIRONMENT } from '../helpers/raw-run'
import { useTemporaryFolder } from '../helpers/use-temporary-folder'

interface MadeRun {
  readonly kind: string
  readonly version: 1
  readonly seed: number
}
interface Row {
  readonly at: number
}

const RUN: MadeRun = { kind: 'made-up', version: 1, seed: 3 }

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
