import assert from 'node:assert/strict'
import { readdir, readFile, rename, truncate, unlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decode, loadDecoder } from '../../../inference/index'
import { decodePhotos } from '../../../model-training/data/decode-photos'
import { createFolderSource } from '../../../model-training/data/folder-source'
import type { ReadingOptions, ReadingProgress } from '../../../model-training/data/reading'
import { openTar } from '../../../model-training/data/tar-source'
import { withFolder } from '../temporary-folder'
import { renderScene } from './scene'
import { packGzippedTar, packTar } from './yelp-set'

const SIZE = 16
const FILES = ['a.jpg', 'cut.jpg', 'b.jpg', 'gone.jpg', 'large.jpg', 'c.jpg']
const FAILURES = [
  [1, 'damaged photo (CORRUPT_PHOTO)'],
  [3, 'missing file'],
  [4, 'damaged photo (PHOTO_TOO_LARGE)'],
] as const

async function renderFiles(): Promise<Record<string, Uint8Array>> {
  const [a, b, c] = [await renderScene(1), await renderScene(2), await renderScene(3)]
  const large = Buffer.alloc(10_000_001)
  return { 'a.jpg': a, 'b.jpg': b, 'c.jpg': c, 'cut.jpg': a.subarray(0, 900), 'large.jpg': large }
}

/** Decodes the files of a folder, or of the tar named, with what was told on the way. */
async function decodeAll(
  folder: string,
  { tar, size = SIZE, ...options }: ReadingOptions & { tar?: string; size?: number } = {},
) {
  const source =
    tar === undefined
      ? await createFolderSource(join(folder, 'data'))
      : (await openTar(join(folder, tar), { isText: () => false })).source
  const decoder = await loadDecoder('sharp')
  const told: ReadingProgress[] = []
  const notices: string[] = []
  const { store, failures } = await decodePhotos(FILES, {
    source,
    decoder,
    size,
    task: 'decoding',
    onProgress: (progress) => told.push(progress),
    onNotice: (notice) => notices.push(notice),
    ...options,
  })
  const photos = Array.from({ length: store.count }, (_, place) => {
    const rgb = new Uint8Array(store.size ** 2 * 3)
    store.read(place, rgb)
    return rgb
  })
  store.close()
  return { photos, failures: [...failures].sort(([a], [b]) => a - b), told, notices }
}

const withFiles = async (use: (folder: string) => Promise<void>) => {
  const files = await renderFiles()
  const data = Object.entries(files).map(([name, content]) => [`data/${name}`, content] as const)
  await withFolder(
    {
      ...Object.fromEntries(data),
      'x.tar': await packTar(files),
      'x.tgz': await packGzippedTar(files),
    },
    use,
  )
}

const cacheIn = (folder: string, mode: 'read' | 'read-write' = 'read-write') => ({
  folder: join(folder, 'cache'),
  mode,
})

const listCaches = async (folder: string): Promise<string[]> =>
  readdir(join(folder, 'cache/photos')).catch(() => [])

/** What serving makes of the three good photos. */
async function decodeAsServed(folder: string): Promise<Uint8Array[]> {
  const decoder = await loadDecoder('sharp')
  const photos: Uint8Array[] = []
  for (const name of ['a.jpg', 'b.jpg', 'c.jpg']) {
    const photo = await readFile(join(folder, 'data', name))
    photos.push(Uint8Array.from(await decode(photo, { decoder, width: SIZE, height: SIZE })))
  }
  return photos
}

describe('decodePhotos', () => {
  for (const [kind, tar] of [
    ['a folder', undefined],
    ['a plain tar', 'x.tar'],
    ['a gzipped tar', 'x.tgz'],
  ] as const) {
    it(`decodes photos of ${kind} as serving does, with and without a cache, and says why not`, async () => {
      await withFiles(async (folder) => {
        const served = await decodeAsServed(folder)
        const where = tar === undefined ? {} : { tar }
        for (const cache of [undefined, cacheIn(folder), cacheIn(folder)]) {
          const { photos, failures } = await decodeAll(folder, { ...where, cache })
          assert.deepEqual(photos, served)
          assert.deepEqual(failures, FAILURES)
        }
        assert.equal((await listCaches(folder)).length, 1)
      })
    })
  }

  it('tells how far it has come, and nothing where all is in the cache', async () => {
    await withFiles(async (folder) => {
      const cache = cacheIn(folder)
      const { told } = await decodeAll(folder, { cache })
      // Four of the six are there to be read and not too large.
      assert.deepEqual(
        told.map(({ done, total }) => [done, total]),
        [1, 2, 3, 4].map((done) => [done, 4]),
      )
      assert.equal(told.at(-1)?.timeLeft, 0)
      assert.deepEqual((await decodeAll(folder, { cache })).told, [])
    })
  })

  it('decodes again at another size, with another photo, and after a change of time alone', async () => {
    await withFiles(async (folder) => {
      const cache = cacheIn(folder)
      const photo = join(folder, 'data/b.jpg')
      await decodeAll(folder, { cache })
      assert.equal((await decodeAll(folder, { cache, size: 20 })).told.length, 4)
      assert.equal((await decodeAll(folder, { cache })).told.length, 0)
      await writeFile(photo, await renderScene(4))
      const { photos } = await decodeAll(folder, { cache })
      assert.deepEqual(photos, await decodeAsServed(folder))
      await utimes(photo, 1, 1)
      assert.equal((await decodeAll(folder, { cache })).told.length, 4)
      await unlink(photo)
      assert.equal((await decodeAll(folder, { cache })).failures.length, 4)
    })
  })

  it('finds each damage to a cache, says so and decodes again', async () => {
    await withFiles(async (folder) => {
      const cache = cacheIn(folder)
      const { photos } = await decodeAll(folder, { cache })
      const [name = ''] = await listCaches(folder)
      const path = join(folder, 'cache/photos', name)
      const whole = await readFile(path)
      const damages: (() => Promise<void>)[] = [
        () => truncate(path, 3 * 768),
        () => writeFile(path, ''),
        // A byte of the last photo.
        () => writeFile(path, Buffer.from(whole).fill(whole[5 * 768]! ^ 1, 5 * 768, 5 * 768 + 1)),
      ]
      for (const damage of damages) {
        await damage()
        const again = await decodeAll(folder, { cache })
        assert.match(again.notices.join(), /is damaged: its photos are decoded again/)
        assert.deepEqual(again.photos, photos)
        assert.deepEqual(await readFile(path), whole)
      }
    })
  })

  it('writes nothing where it may only read, and reads what is there', async () => {
    await withFiles(async (folder) => {
      const readOnly = cacheIn(folder, 'read')
      const { photos } = await decodeAll(folder, { cache: readOnly })
      assert.deepEqual(await readdir(folder), ['data', 'x.tar', 'x.tgz'])
      await decodeAll(folder, { cache: cacheIn(folder) })
      const again = await decodeAll(folder, { cache: readOnly })
      assert.deepEqual(again.photos, photos)
      assert.deepEqual(again.told, [])
    })
  })

  it('leaves nothing half-written where it is stopped, and starts anew', async () => {
    await withFiles(async (folder) => {
      for (const tar of [{}, { tar: 'x.tar' }, { tar: 'x.tgz' }]) {
        const controller = new AbortController()
        const stopped = decodeAll(folder, {
          ...tar,
          cache: cacheIn(folder),
          signal: controller.signal,
          onProgress: () => {
            controller.abort(new Error('stopped'))
          },
        })
        await assert.rejects(stopped, /stopped/)
        assert.deepEqual(await listCaches(folder), [])
      }
      assert.equal((await decodeAll(folder, { cache: cacheIn(folder) })).photos.length, 3)
    })
  })

  it('does not take the cache of another folder with the same names, lengths and times', async () => {
    await withFiles(async (folder) => {
      const cache = cacheIn(folder)
      await decodeAll(folder, { cache })
      await rename(join(folder, 'data'), join(folder, 'moved'))
      await withFolder({}, async (other) => {
        await rename(join(folder, 'moved'), join(other, 'data'))
        assert.equal((await decodeAll(other, { cache })).told.length, 4)
        await rename(join(other, 'data'), join(folder, 'data'))
      })
    })
  })
})
