import assert from 'node:assert/strict'
import { truncate } from 'node:fs/promises'
import { join } from 'node:path'
import {
  openPhotoStore,
  toPhotoStore,
  type PhotoStore,
} from '../../../model-training/data/photo-store'
import { withFolder } from '../temporary-folder'

const SIZE = 2
const BYTES = 12
const PHOTOS = [1, 2, 3].map((value) => new Uint8Array(BYTES).fill(value))

async function withStores(use: (store: PhotoStore) => void | Promise<void>): Promise<void> {
  await use(toPhotoStore(PHOTOS, SIZE))
  // In the file, they are in another order, and something that is no photo is between them.
  const [first, second, third] = PHOTOS
  const file = Buffer.concat([third!, new Uint8Array(BYTES).fill(99), first!, second!])
  await withFolder({ file }, async (folder) => {
    const store = openPhotoStore(join(folder, 'file'), { size: SIZE, slots: [2, 3, 0] })
    try {
      await use(store)
    } finally {
      store.close()
    }
  })
}

describe('a PhotoStore, in memory and in a file', () => {
  it('copies a photo to where it is wanted, and touches nothing else', async () => {
    await withStores((store) => {
      assert.equal(store.count, 3)
      assert.equal(store.size, SIZE)
      const into = new Uint8Array(3 * BYTES)
      store.read(2, into, BYTES)
      store.read(0, into)
      assert.deepEqual([...into], [...PHOTOS[0]!, ...PHOTOS[2]!, ...new Uint8Array(BYTES)])
      store.read(1, into, 2 * BYTES)
      assert.deepEqual([...into.subarray(2 * BYTES)], [...PHOTOS[1]!])
    })
  })

  it('refuses a photo that it does not have, and room that is too small', async () => {
    await withStores((store) => {
      const into = new Uint8Array(BYTES)
      for (const place of [-1, 3, 0.5, Number.NaN]) {
        assert.throws(() => {
          store.read(place, into)
        }, RangeError)
      }
      assert.throws(() => {
        store.read(0, into, 1)
      }, /needs 12 bytes, 11 are there/)
    })
  })

  it('can be closed twice', async () => {
    await withStores((store) => {
      store.close()
      store.close()
    })
  })
})

describe('toPhotoStore', () => {
  it('refuses photos of another size', () => {
    assert.throws(() => toPhotoStore([new Uint8Array(11)], SIZE), /11 bytes is not 2 x 2 pixels/)
  })
})

describe('openPhotoStore', () => {
  it('reads nothing once it is closed', async () => {
    await withFolder({ file: PHOTOS[0]! }, (folder) => {
      const store = openPhotoStore(join(folder, 'file'), { size: SIZE, slots: [0] })
      store.close()
      assert.throws(() => {
        store.read(0, new Uint8Array(BYTES))
      }, /closed/)
      return Promise.resolve()
    })
  })

  it('says so where its file has become shorter', async () => {
    await withFolder({ file: Buffer.concat(PHOTOS) }, async (folder) => {
      const path = join(folder, 'file')
      const store = openPhotoStore(path, { size: SIZE, slots: [0, 1, 2] })
      await truncate(path, 2 * BYTES + 1)
      assert.throws(() => {
        store.read(2, new Uint8Array(BYTES))
      }, /shorter/)
      store.close()
    })
  })
})
