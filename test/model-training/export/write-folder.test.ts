import assert from 'node:assert/strict'
import { lstat, mkdir, readdir, readFile, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { requireFree, writeFolder } from '../../../model-training/export/write-folder'
import { withFolder } from '../temporary-folder'

const FILES = { 'model.onnx': Uint8Array.of(1, 2), 'card.json': '{}' }
const KEEP = { replace: false }
const REPLACE = { replace: true }

const OLD = { 'out/card.json': 'old', 'out/weights.bin': 'old' }

describe('writeFolder', () => {
  it('makes the folder and those above it, and leaves nothing else', async () => {
    await withFolder({}, async (folder) => {
      await writeFolder(join(folder, 'a/b'), FILES, KEEP)
      assert.deepEqual(await readdir(join(folder, 'a')), ['b'])
      assert.deepEqual((await readdir(join(folder, 'a/b'))).sort(), ['card.json', 'model.onnx'])
      assert.deepEqual(await readFile(join(folder, 'a/b/model.onnx')), Buffer.of(1, 2))
    })
  })

  it('lets everybody read it who may read a new folder', async () => {
    await withFolder({}, async (folder) => {
      await mkdir(join(folder, 'plain'))
      await writeFolder(join(folder, 'out'), FILES, KEEP)
      const [plain, out] = [await stat(join(folder, 'plain')), await stat(join(folder, 'out'))]
      assert.equal(out.mode, plain.mode)
    })
  })

  it('takes the place of an empty folder', async () => {
    await withFolder({}, async (folder) => {
      await mkdir(join(folder, 'out'))
      await writeFolder(join(folder, 'out'), FILES, KEEP)
      assert.deepEqual(await readdir(folder), ['out'])
      assert.equal((await readdir(join(folder, 'out'))).length, 2)
    })
  })

  it('takes the place of a model only if it is told to', async () => {
    await withFolder(OLD, async (folder) => {
      const out = join(folder, 'out')
      await assert.rejects(writeFolder(out, FILES, KEEP), {
        name: 'OutputError',
        message: /holds a model already: --replace lets it give way/,
      })
      assert.equal(await readFile(join(out, 'card.json'), 'utf8'), 'old')
      await writeFolder(out, FILES, REPLACE)
      assert.deepEqual((await readdir(out)).sort(), ['card.json', 'model.onnx'])
      assert.deepEqual(await readdir(folder), ['out'])
    })
  })

  it('follows a link to a model, and keeps it', async () => {
    await withFolder(OLD, async (folder) => {
      await symlink('out', join(folder, 'link'))
      await writeFolder(join(folder, 'link'), FILES, REPLACE)
      assert.ok((await lstat(join(folder, 'link'))).isSymbolicLink())
      assert.equal(await readFile(join(folder, 'out/card.json'), 'utf8'), '{}')
      assert.deepEqual((await readdir(folder)).sort(), ['link', 'out'])
    })
  })

  it('never takes the place of what is no model', async () => {
    await withFolder({ 'out/letter.txt': 'mine' }, async (folder) => {
      await assert.rejects(writeFolder(join(folder, 'out'), FILES, REPLACE), {
        name: 'OutputError',
        message: /holds files that are no model/,
      })
      assert.equal(await readFile(join(folder, 'out/letter.txt'), 'utf8'), 'mine')
    })
  })

  it('leaves all as it was if a file cannot be written', async () => {
    await withFolder(OLD, async (folder) => {
      const files = { ...FILES, 'no/such/folder': '' }
      await assert.rejects(writeFolder(join(folder, 'out'), files, REPLACE), {
        name: 'OutputError',
        message: /out cannot be written: .*no\/such\/folder/,
      })
      assert.deepEqual(await readdir(folder), ['out'])
      assert.equal(await readFile(join(folder, 'out/card.json'), 'utf8'), 'old')
    })
  })
})

describe('requireFree', () => {
  it('says that a file is in the way', async () => {
    await withFolder({ file: '' }, async (folder) => {
      for (const path of ['file', 'file/out']) {
        await assert.rejects(requireFree(join(folder, path), REPLACE), {
          name: 'OutputError',
          message: /cannot be written: it is not a folder$/,
        })
      }
    })
  })

  it('makes nothing', async () => {
    await withFolder({}, async (folder) => {
      await requireFree(join(folder, 'out'), KEEP)
      assert.deepEqual(await readdir(folder), [])
    })
  })
})
