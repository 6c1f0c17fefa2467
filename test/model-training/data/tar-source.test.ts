import assert from 'node:assert/strict'
import { utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatasetError } from '../../../model-training/data/dataset-error'
import type { PhotoSource } from '../../../model-training/data/photo-source'
import { openTar } from '../../../model-training/data/tar-source'
import { withFolder } from '../temporary-folder'
import { packGzippedTar, packTar } from './yelp-set'

const isText = (name: string) => name.endsWith('.json')

/** Longer than the 100 bytes of a plain header, so that the name has a header of its own. */
const LONG = `photos/${'ü'.repeat(120)}.jpg`
const LARGE = Buffer.alloc(3_000_000, 'jpeg')
const FILES = {
  'photos.json': 'list',
  './photos/a.jpg': 'A',
  'photos/._a.jpg': 'hidden',
  [LONG]: LARGE,
  'photos/empty.jpg': '',
  'photos/b.jpg': 'B'.repeat(511),
}

async function readAll(source: PhotoSource, files: readonly string[]) {
  const photos: (string | undefined)[] = files.map(() => undefined)
  for await (const { place, load } of source.read(files)) {
    photos[place] = Buffer.from(await load()).toString()
  }
  return photos
}

const withTar = <T>(tar: Uint8Array, use: (path: string) => Promise<T>): Promise<T> =>
  withFolder({ 'photos.tar': tar }, (folder) => use(join(folder, 'photos.tar')))

async function refuses(tar: Uint8Array): Promise<void> {
  await withTar(tar, (path) =>
    assert.rejects(
      openTar(path, { isText }),
      (error: Error) => error instanceof DatasetError && error.message.includes('photos.tar'),
    ),
  )
}

describe('openTar', () => {
  for (const [kind, toTar] of [
    ['plain', packTar],
    ['gzipped', packGzippedTar],
  ] as const) {
    it(`lists and reads a ${kind} tar, in any order, and leaves out what is not there`, async () => {
      await withTar(await toTar(FILES), async (path) => {
        const { source, texts } = await openTar(path, { isText })
        assert.deepEqual([...texts], [['photos.json', 'list']])
        const names = ['photos/a.jpg', 'photos/b.jpg', 'photos/empty.jpg', LONG]
        assert.deepEqual(source.files, names)
        const asked = ['photos/b.jpg', 'photos/gone.jpg', LONG, 'photos/a.jpg', 'photos/empty.jpg']
        const photos = await readAll(source, asked)
        assert.deepEqual(photos, ['B'.repeat(511), undefined, LARGE.toString(), 'A', ''])
        const facts = await source.facts(asked)
        assert.deepEqual(
          facts.map((one) => one?.bytes),
          [511, undefined, LARGE.length, 1, 0],
        )
      })
    })

    it(`reads the last of members with one name in a ${kind} tar`, async () => {
      const tar = await toTar({ 'photos/a.jpg': 'first', './photos/a.jpg': 'second' })
      await withTar(tar, async (path) => {
        const { source } = await openTar(path, { isText })
        assert.deepEqual(await readAll(source, ['photos/a.jpg']), ['second'])
      })
    })
  }

  it('tells members by offset and time of the tar, so that another tar is another stamp', async () => {
    await withTar(await packTar(FILES), async (path) => {
      const factsOf = async () =>
        (await openTar(path, { isText })).source.facts(['photos/a.jpg', 'photos/empty.jpg'])
      const before = await factsOf()
      assert.notEqual(before[0]?.stamp, before[1]?.stamp)
      assert.deepEqual(await factsOf(), before)
      await utimes(path, 1, 1)
      assert.notEqual((await factsOf())[0]?.stamp, before[0]?.stamp)
    })
  })

  it('refuses what is no tar, is cut off or does not unpack, naming it', async () => {
    const [plain, gzipped] = [await packTar(FILES), await packGzippedTar(FILES)]
    await refuses(Buffer.from('no tar at all'))
    await refuses(Buffer.alloc(2000, 'x'))
    await refuses(plain.subarray(0, plain.indexOf(LARGE.subarray(0, 64)) + 10_000))
    await refuses(gzipped.subarray(0, gzipped.length / 2))
    await refuses(Buffer.concat([gzipped.subarray(0, 500), Buffer.alloc(gzipped.length - 500, 7)]))
  })

  it('refuses a tar whose list of photos is cut off', async () => {
    const tar = await packTar({ 'photos.json': 'x'.repeat(2000) })
    await refuses(tar.subarray(0, 1000))
  })

  it('says so where a tar becomes shorter while its photos are read', async () => {
    await withTar(await packTar(FILES), async (path) => {
      const { source } = await openTar(path, { isText })
      await writeFile(path, '')
      await assert.rejects(readAll(source, ['photos/a.jpg']), /become shorter/)
    })
  })

  it('stops with the signal’s reason', async () => {
    await withTar(await packTar(FILES), async (path) => {
      const reason = new Error('enough')
      const signal = AbortSignal.abort(reason)
      await assert.rejects(openTar(path, { isText, signal }), (error) => error === reason)
    })
  })
})
