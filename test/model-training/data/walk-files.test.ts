import assert from 'node:assert/strict'
import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { DatasetError } from '../../../model-training/data/dataset-error'
import { walkFiles } from '../../../model-training/data/walk-files'
import { withFolder } from '../temporary-folder'

describe('walkFiles', () => {
  it('lists files of all depths, sorted, without hidden ones', async () => {
    const files = { 'b/2.jpg': '', 'b/1/x.jpg': '', 'a.jpg': '', '.git/x': '', 'b/._1.jpg': '' }
    assert.deepEqual(await withFolder(files, walkFiles), ['a.jpg', 'b/1/x.jpg', 'b/2.jpg'])
  })

  it('follows links, lists those to nothing, and comes to an end where links go round', async () => {
    const files = { 'real/food/1.jpg': '', 'data/drink/2.jpg': '' }
    await withFolder(files, async (folder) => {
      const data = join(folder, 'data')
      await symlink(join(folder, 'real/food'), join(data, 'food'))
      await symlink(join(folder, 'real/food/1.jpg'), join(data, 'drink/link.jpg'))
      await symlink(join(folder, 'gone.jpg'), join(data, 'drink/gone.jpg'))
      await symlink(data, join(data, 'drink/round'))
      assert.deepEqual(await walkFiles(data), [
        'drink/2.jpg',
        'drink/gone.jpg',
        'drink/link.jpg',
        'food/1.jpg',
      ])
    })
  })

  it('names a folder that cannot be read', async () => {
    await withFolder({ 'a.jpg': '' }, async (folder) => {
      await mkdir(join(folder, 'b'))
      await assert.rejects(
        walkFiles(join(folder, 'a.jpg')),
        (error: Error) => error instanceof DatasetError && /a\.jpg.*ENOTDIR/.test(error.message),
      )
    })
  })
})
