import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { requireWritable } from '../../model-training/require-writable'
import { whyNoMount } from '../helpers/mounts'
import { skipUnless } from '../helpers/optional'
import { withDisk, withFolder } from './temporary-folder'

describe('requireWritable', () => {
  it('lets a folder pass that is there, or can be made, and makes nothing', async () => {
    await withFolder({ 'a/file': '' }, async (folder) => {
      for (const path of ['a', 'b/c/d']) await requireWritable(join(folder, path))
      assert.deepEqual(await readdir(folder), ['a'])
    })
  })

  it('refuses a file, and what would be below one', async () => {
    await withFolder({ 'a/file': '' }, async (folder) => {
      for (const path of ['a/file', 'a/file/b']) {
        await assert.rejects(requireWritable(join(folder, path)), {
          name: 'OutputError',
          message: /^nothing can be written to .*: .*a.file is not a folder$/,
        })
      }
    })
  })

  it('refuses what is on a read-only disk', async function () {
    skipUnless(this, whyNoMount())
    await withDisk('ro', async (disk) => {
      await assert.rejects(requireWritable(join(disk, 'a/b')), {
        name: 'OutputError',
        message: /^nothing can be written to .*: EROFS/,
      })
    })
  })
})
