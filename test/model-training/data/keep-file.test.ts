import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CacheError } from '../../../model-training/data/cache-error'
import { keepFile } from '../../../model-training/data/keep-file'
import { whyNoMount } from '../../helpers/mounts'
import { skipUnless } from '../../helpers/optional'
import { withDisk, withFolder } from '../temporary-folder'

const USE = { what: 'what was found', otherwise: 'or look elsewhere' }

describe('keepFile', () => {
  it('makes the folder, takes the place of an earlier file, and leaves nothing besides', async () => {
    await withFolder({}, async (folder) => {
      const path = join(folder, 'new/folder/file')
      await keepFile(path, 'first', USE)
      await keepFile(path, Uint8Array.of(50), USE)
      assert.equal(await readFile(path, 'utf8'), '2')
      assert.deepEqual(await readdir(join(folder, 'new/folder')), ['file'])
    })
  })

  it('says that the disk is full and what to do, and keeps the file before', async function () {
    skipUnless(this, whyNoMount())
    await withDisk('size=1m', async (disk) => {
      const path = join(disk, 'file')
      await keepFile(path, 'whole', USE)
      await assert.rejects(keepFile(path, Buffer.alloc(2_000_000), USE), {
        name: 'CacheError',
        message: `what was found cannot be kept in ${disk}: the disk is full; make room, or look elsewhere`,
      })
      assert.equal(await readFile(path, 'utf8'), 'whole')
      assert.deepEqual(await readdir(disk), ['file'])
    })
  })

  it('says that the disk is read-only', async function () {
    skipUnless(this, whyNoMount())
    await withDisk('ro', async (disk) => {
      await assert.rejects(keepFile(join(disk, 'file'), 'x', USE), {
        name: 'CacheError',
        message: /cannot be kept in .*disk: the disk is read-only; start where you may write$/,
      })
    })
  })

  it('says what is in the way', async () => {
    await withFolder({ cache: 'a file', 'folder/file/inner': '' }, async (folder) => {
      for (const [path, message] of [
        ['cache/file', /a file is in the way; remove it$/],
        ['folder/file', /a folder is in the way; remove it$/],
      ] as const) {
        await assert.rejects(
          keepFile(join(folder, path), 'x', USE),
          (error: Error) => error instanceof CacheError && message.test(error.message),
        )
        assert.ok(!(await readdir(folder)).includes('file.new'))
      }
    })
  })
})
