import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  OutputError,
  requireWritable,
  writeFiles,
} from '../../../model-training/evaluation/write-files'
import { withFolder } from '../temporary-folder'

describe('what an evaluation writes', () => {
  it('lies in a new folder, over what was there, with nothing beside it', async () => {
    await withFolder({ 'old/a.json': 'old', 'old/other': 'stays' }, async (folder) => {
      for (const name of ['old', 'new/deep']) {
        const out = join(folder, name)
        await requireWritable(out)
        await writeFiles(out, { 'a.json': '{}', 'b.html': '<p>' })
        assert.equal(await readFile(join(out, 'a.json'), 'utf8'), '{}')
        assert.equal(await readFile(join(out, 'b.html'), 'utf8'), '<p>')
      }
      assert.deepEqual((await readdir(join(folder, 'old'))).sort(), ['a.json', 'b.html', 'other'])
    })
  })

  it('leaves nothing half-written where it fails', async () => {
    await withFolder({}, async (folder) => {
      // A folder cannot be replaced by a file.
      await mkdir(join(folder, 'b.html', 'full'), { recursive: true })
      await assert.rejects(writeFiles(folder, { 'b.html': '<p>' }), OutputError)
      assert.deepEqual(await readdir(folder), ['b.html'])
    })
  })

  it('is refused before the work where a file is in the way', async () => {
    await withFolder({}, async (folder) => {
      await writeFile(join(folder, 'file'), '')
      for (const out of ['file', 'file/below']) {
        await assert.rejects(requireWritable(join(folder, out)), (error) => {
          assert.ok(error instanceof OutputError)
          assert.match(error.message, /file is not a folder/)
          return true
        })
      }
      assert.deepEqual(await readdir(folder), ['file'])
    })
  })
})
