import assert from 'node:assert/strict'
import { join } from 'node:path'
import { LABELS } from '../../../inference/index'
import { DataError } from '../../../model-training/evaluation/data-error'
import { readDataset } from '../../../model-training/dataset'
import { readData } from '../../../model-training/evaluation/read-data'
import { UnreadablePhotoError } from '../../../model-training/evaluation/read-photo'
import { packGzippedTar, packTar, toYelpLine } from '../data/yelp-set'
import { renderPhotos } from '../solid-photos'
import { withFolder } from '../temporary-folder'

const options = { labels: LABELS, split: undefined, seed: 1, signal: undefined }

const read = (
  files: Record<string, string | Uint8Array>,
  changes: Partial<Parameters<typeof readData>[1]> = {},
) => withFolder(files, (folder) => readData(folder, { ...options, ...changes }))

describe('readData', () => {
  it('goes by a manifest that has a test part only, and reads nothing yet', async () => {
    const manifest =
      'file,label,split,source_repo,licence_tier,heldout_source\nfood/1.jpg,food,test,o/r,A,yes\nmenu/2.jpg,menu,test,o/s,C,no\nfood/3.jpg,food,some,,,\n'
    const { photos, splitFrom, unused } = await read({
      ...{ 'manifest.csv': manifest, 'pets/1.jpg': '', 'food/extra.jpg': '' },
    })
    assert.equal(splitFrom, 'data')
    const known = photos.map(({ file, label, split, source, tier, heldoutSource }) => [
      ...[file, label, split, source, tier, heldoutSource],
    ])
    assert.deepEqual(known, [
      ['food/1.jpg', 'food', 'test', 'o/r', 'A', true],
      ['menu/2.jpg', 'menu', 'test', 'o/s', 'C', false],
    ])
    assert.deepEqual(unused, {
      'not in the manifest': 1,
      'unknown label "pets"': 1,
      'unknown split "some"': 1,
    })
  })

  it('does not pass over a list that is wrong, lest learnt photos be tested', async () => {
    for (const [lists, message] of [
      [{ 'manifest.csv': 'file,label\nfood/1.jpg,food\n' }, /manifest\.csv has no column "split"/],
      [{ 'manifest.csv': 'file,label,split\n"food/1.jpg,food,test\n' }, /line \d, is no CSV/],
      [{ 'manifest.csv': 'file,label,split\n', 'photos.json': '' }, /which one is true/],
    ] as const) {
      await assert.rejects(read({ ...lists, 'food/1.jpg': '' }), (error) => {
        assert.ok(error instanceof DataError)
        assert.match(error.message, message)
        return true
      })
    }
  })

  it('knows the training part by the licence tiers that were learnt from', async () => {
    const manifest =
      'file,label,split,licence_tier\nfood/1.jpg,food,train,A\nfood/2.jpg,food,train,D\nfood/3.jpg,food,test,D\n'
    const trainedOn = async (licenceTiers?: readonly string[]) => {
      const { photos } = await read({ 'manifest.csv': manifest }, { licenceTiers })
      return photos.filter(({ split }) => split === 'train').map(({ tier }) => tier)
    }
    assert.deepEqual(await trainedOn(['A', 'B']), ['A'])
    assert.deepEqual(await trainedOn(), ['A', 'D'])
  })

  it('takes all photos of a folder per label, however few', async () => {
    const { photos, splitFrom, unused } = await read({
      ...{ 'food/b.jpg': '', 'food/a.png': '', 'menu/.hidden': '', 'pets/1.jpg': '' },
      'README.md': '',
    })
    assert.equal(splitFrom, 'none')
    assert.deepEqual(
      photos.map(({ file, label, split }) => [file, label, split]),
      [
        ['food/a.png', 'food', undefined],
        ['food/b.jpg', 'food', undefined],
      ],
    )
    assert.deepEqual(unused, { 'unknown label "pets"': 1 })
  })

  it("takes a model's own labels, which need not be the project's", async () => {
    const { photos } = await read({ 'tench/1.jpg': '', 'pets/1.jpg': '' }, { labels: ['tench'] })
    assert.deepEqual(
      photos.map(({ label }) => label),
      ['tench'],
    )
  })

  it('keeps photos of a label that the model lacks, for them to be refused', async () => {
    const { photos } = await read({ 'food/1.jpg': '', 'menu/1.jpg': '' }, { labels: ['menu'] })
    assert.deepEqual(
      photos.map(({ label }) => label),
      ['food', 'menu'],
    )
  })

  it('makes the parts that training makes where one of them is asked for', async () => {
    const { photos, splitFrom } = await read(await renderPhotos(10), { split: 'test' })
    assert.equal(splitFrom, 'seed')
    const parts = ['train', 'val', 'test'].map(
      (split) => photos.filter((photo) => photo.split === split).length,
    )
    assert.equal(
      parts.reduce((sum, part) => sum + part, 0),
      50,
    )
    assert.ok(
      parts.every((part) => part >= 5),
      parts.join(),
    )
  })

  it('draws the sample that training draws before it makes the parts', async () => {
    await withFolder(await renderPhotos(14), async (folder) => {
      const how = { seed: 3, photosPerLabel: 10 }
      const toParts = (photos: readonly { readonly file: string; readonly split?: unknown }[]) =>
        Object.fromEntries(photos.map(({ file, split }) => [file, split]))
      const { entries } = await readDataset(folder, { ...how, tiers: [] })
      const sampled = await readData(folder, { ...options, ...how, split: 'test' })
      assert.deepEqual(toParts(sampled.photos), toParts(entries))
      assert.equal(sampled.photosPerLabel, 10)
      assert.deepEqual(sampled.unused, { 'beyond 10 photos of its label': 20 })
      const all = await readData(folder, { ...options, seed: 3, split: 'test' })
      assert.equal(all.photos.length, 70)
      const other = toParts(all.photos)
      assert.ok(entries.some(({ file, split }) => other[file] !== split))
    })
  })

  it("reads Yelp's tar in the parts that training makes of it, unless it is compressed", async () => {
    const photos = Object.entries(await renderPhotos(10))
    const lines = photos.map(([file], i) =>
      toYelpLine(String(i), `business ${i}`, file.slice(0, file.indexOf('/'))),
    )
    const members = photos.map(([, photo], i) => [`photos/${i}.jpg`, photo] as const)
    const yelp = { 'photos.json': lines.join('\n'), ...Object.fromEntries(members) }
    const tars = { 'plain.tar': await packTar(yelp), 'small.tar': await packGzippedTar(yelp) }
    await withFolder(tars, async (folder) => {
      const data = await readData(join(folder, 'plain.tar'), options)
      assert.equal(data.splitFrom, 'seed')
      const tested = data.photos.filter(({ split }) => split === 'test')
      assert.ok(tested.length >= 5)
      const [first] = tested
      const place = Number(/\d+/.exec(first?.file ?? '')?.[0])
      assert.deepEqual(await data.read(first?.file ?? ''), new Uint8Array(photos[place]?.[1] ?? []))
      await assert.rejects(readData(join(folder, 'small.tar'), options), (error) => {
        assert.ok(error instanceof DataError)
        assert.match(error.message, /small\.tar is compressed, .*: unpack it$/)
        return true
      })
    })
  })

  it('refuses what is no data', async () => {
    await withFolder({ 'a.txt': '', 'pets/1.jpg': '' }, async (folder) => {
      for (const path of ['.', 'a.txt', 'absent']) {
        await assert.rejects(readData(join(folder, path), options), DataError)
      }
    })
  })
})

describe("a photo's bytes", () => {
  it('are read, or the reason is told why not', async () => {
    const big = new Uint8Array(10_000_001)
    const files = { 'food/1.jpg': 'bytes', 'food/big.jpg': big, 'food/folder/2.jpg': '' }
    await withFolder(files, async (folder) => {
      const { read: readPhoto } = await readData(folder, options)
      assert.equal(Buffer.from(await readPhoto('food/1.jpg')).toString(), 'bytes')
      for (const [file, reason] of [
        ['food/absent.jpg', /^missing file$/],
        ['food/folder', /^missing file$/],
        ['food/big.jpg', /^damaged photo \(PHOTO_TOO_LARGE\)$/],
      ] as const) {
        await assert.rejects(readPhoto(file), (error) => {
          assert.ok(error instanceof UnreadablePhotoError)
          assert.match(error.message, reason)
          return true
        })
      }
    })
  })
})
