import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CacheError } from '../../../model-training/data/cache-error'
import { readAt, sealFile, unsealFile, writeAt } from '../../../model-training/data/sealed-file'
import { whyNoMount } from '../../helpers/mounts'
import { skipUnless } from '../../helpers/optional'
import { withDisk, withFolder } from '../temporary-folder'

const BODY = Buffer.from('body of it')
const INDEX = { of: ['ünits', 1] }

const seal = (path: string, body: Uint8Array = BODY): Promise<void> =>
  sealFile(path, async (file) => {
    await writeAt(file, body, 0)
    return { bodyBytes: body.length, index: INDEX }
  })

const stateOf = async (path: string): Promise<string> => {
  const unsealed = await unsealFile(path)
  if (unsealed.state === 'whole') await unsealed.file.close()
  return unsealed.state
}

describe('sealFile', () => {
  it('writes what unsealFile finds, and nothing besides', async () => {
    await withFolder({}, async (folder) => {
      const path = join(folder, 'new/folder/file')
      await seal(path)
      const unsealed = await unsealFile(path)
      assert.ok(unsealed.state === 'whole')
      const { file, index, bodyBytes } = unsealed
      assert.deepEqual(index, INDEX)
      assert.equal(bodyBytes, BODY.length)
      assert.deepEqual(await readAt(file, bodyBytes, 0), BODY)
      await file.close()
      assert.deepEqual(await readdir(join(folder, 'new/folder')), ['file'])
    })
  })

  it('leaves neither a file nor a part of it where it is stopped, and keeps the one before', async () => {
    await withFolder({}, async (folder) => {
      const path = join(folder, 'file')
      await seal(path)
      const stopped = sealFile(path, async (file) => {
        await writeAt(file, Buffer.from('half'), 0)
        throw new Error('stopped')
      })
      await assert.rejects(stopped, /stopped/)
      assert.deepEqual(await readdir(folder), ['file'])
      assert.equal(await stateOf(path), 'whole')
    })
  })

  it('removes what a killed process left, but nothing of one that is at work', async () => {
    const { pid: dead } = spawnSync(process.execPath, ['--version'])
    const files = { [`a.new-${dead}`]: 'half', [`b.new-${process.ppid}`]: 'half', 'c.new': 'kept' }
    await withFolder(files, async (folder) => {
      await seal(join(folder, 'file'))
      const left = ['b.new-' + String(process.ppid), 'c.new', 'file']
      assert.deepEqual((await readdir(folder)).sort(), left)
    })
  })

  it('says that the disk is full, and leaves nothing on it', async function () {
    skipUnless(this, whyNoMount())
    await withDisk('size=1m', async (disk) => {
      await assert.rejects(seal(join(disk, 'file'), Buffer.alloc(2_000_000)), (error: Error) => {
        assert.ok(error instanceof CacheError, error.stack)
        return /disk.*the disk is full; make room/.test(error.message)
      })
      assert.deepEqual(await readdir(disk), [])
    })
  })

  it('says that a file is in the way of its folder', async () => {
    await withFolder({ cache: 'a file' }, async (folder) => {
      await assert.rejects(
        seal(join(folder, 'cache/file')),
        (error: Error) => error instanceof CacheError && error.message.includes('in the way'),
      )
    })
  })
})

describe('unsealFile', () => {
  it('tells a missing file, a whole one and each way of being damaged', async () => {
    await withFolder({ foreign: 'x'.repeat(100), short: 'x', empty: '' }, async (folder) => {
      const path = join(folder, 'file')
      assert.equal(await stateOf(path), 'missing')
      for (const name of ['foreign', 'short', 'empty']) {
        assert.equal(await stateOf(join(folder, name)), 'damaged', name)
      }
      await seal(path)
      const bytes = await readFile(path)
      await truncate(path, bytes.length - 1)
      assert.equal(await stateOf(path), 'damaged')
      // From the body's end on, each byte is under the index' sum or says where the index is.
      for (let place = BODY.length; place < bytes.length; place += 1) {
        const changed = Buffer.from(bytes)
        changed[place]! ^= 0x20
        await writeFile(path, changed)
        assert.equal(await stateOf(path), 'damaged', `byte ${place}`)
      }
    })
  })
})
