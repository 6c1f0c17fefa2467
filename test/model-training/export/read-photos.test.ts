import assert from 'node:assert/strict'
import { LABELS } from '../../../inference/index'
import { readAnyPhotos, readPhotoParts } from '../../../model-training/export/read-photos'
import { createData } from '../evaluation/labelled-data'
import { renderPhotos } from '../solid-photos'
import { withFolder } from '../temporary-folder'

const MODEL = { name: 'some', labels: LABELS as readonly string[], input: { width: 8, height: 6 } }
const OPTIONS = { model: MODEL, seed: 1, signal: undefined }

const toLabels = (photos: readonly { readonly label: number }[]) =>
  photos.map(({ label }) => label).sort((a, b) => a - b)

describe('readPhotoParts', () => {
  it('looks for ranges in the training part only, and has all photos of the others', async () => {
    await withFolder(await createData(), async (folder) => {
      const { calibration, validation, test, damaged } = await readPhotoParts(folder, 100, OPTIONS)
      assert.deepEqual(toLabels(calibration), [0, 1, 2, 3, 4])
      assert.deepEqual(toLabels(validation), [0, 0, 1, 1, 2, 2, 3, 3, 4, 4])
      assert.deepEqual(toLabels(test), [0, 0, 1, 1, 2, 2, 3, 3, 4, 4])
      assert.equal(damaged, 0)
      assert.equal(test.filter(({ heldoutSource }) => heldoutSource).length, 5)
      assert.ok(calibration.every(({ rgb }) => rgb.length === 8 * 6 * 3))
    })
  })

  it('divides photos as the card says that training did, whatever seed draws them', async () => {
    await withFolder(await renderPhotos(14), async (folder) => {
      const training = { seed: 3, photosPerLabel: 10 }
      const read = async (card: unknown, seed: number) => {
        const model = { ...MODEL, training: card }
        const { test } = await readPhotoParts(folder, 100, { ...OPTIONS, model, seed })
        return test.map(({ rgb }) => Buffer.from(rgb).toString('hex')).sort()
      }
      const parts = await read(training, 1)
      assert.deepEqual(await read(training, 2), parts)
      assert.notDeepEqual(await read({ ...training, seed: 4 }, 1), parts)
      assert.notDeepEqual(await read({ seed: 3 }, 1), parts)
      assert.notDeepEqual(await read(undefined, 1), await read(undefined, 2))
    })
  })

  it('draws no more photos to look for ranges in than asked for, by seed', async () => {
    await withFolder(await createData(), async (folder) => {
      const read = async (seed: number) => {
        const { calibration } = await readPhotoParts(folder, 2, { ...OPTIONS, seed })
        assert.equal(calibration.length, 2)
        return calibration.map(({ label }) => label).join()
      }
      assert.equal(await read(1), await read(1))
      const drawn = new Set(await Promise.all([1, 2, 3, 4, 5].map(read)))
      assert.ok(drawn.size > 1)
    })
  })

  it('leaves photos of licence tier C out of what ranges are looked for in', async () => {
    const data = await createData()
    const manifest = String(data['manifest.csv'])
    const changed = manifest.replace('"food","train","o/first","A"', '"food","train","o/first","C"')
    assert.notEqual(changed, manifest)
    await withFolder({ ...data, 'manifest.csv': changed }, async (folder) => {
      const { calibration } = await readPhotoParts(folder, 100, OPTIONS)
      assert.deepEqual(toLabels(calibration), [1, 2, 3, 4])
    })
  })

  it('counts photos that cannot be decoded', async () => {
    await withFolder(await createData({ 'food/broken.jpg': 'no photo' }), async (folder) => {
      const { test, damaged } = await readPhotoParts(folder, 100, OPTIONS)
      assert.equal(test.length, 10)
      assert.equal(damaged, 1)
    })
  })

  it('takes other photos for the validation part where the labels are others', async () => {
    const photos = await renderPhotos(4)
    const files = Object.fromEntries(
      Object.entries(photos).map(([file, bytes]) => [
        file.replace(/^(food|drink)/, 'cat').replace(/^(menu|inside|outside)/, 'dog'),
        bytes,
      ]),
    )
    await withFolder(files, async (folder) => {
      const model = { ...MODEL, labels: ['cat', 'dog', 'bird'] }
      const parts = await readPhotoParts(folder, 100, { ...OPTIONS, model })
      const count = Object.keys(files).length
      assert.equal(parts.calibration.length + parts.validation.length, count)
      assert.ok(parts.validation.length > 0 && parts.calibration.length > 0)
      assert.deepEqual(parts.test, [])
      const used = new Set(parts.calibration.map(({ rgb }) => Buffer.from(rgb).toString('hex')))
      for (const { rgb } of parts.validation) assert.ok(!used.has(Buffer.from(rgb).toString('hex')))
    })
  })

  it('refuses photos of a label that the model does not know', async () => {
    await withFolder(await createData(), async (folder) => {
      const model = { ...MODEL, labels: ['food', 'drink', 'menu', 'inside', 'garden'] }
      await assert.rejects(readPhotoParts(folder, 9, { ...OPTIONS, model }), {
        name: 'DataError',
        message: 'the data have photos of "outside", which the model some does not know',
      })
    })
  })

  it('says which part has no photo, or none that can be decoded', async () => {
    const data = await createData()
    const manifest = String(data['manifest.csv'])
    const without = manifest.split('\n').filter((line) => !line.includes('"val"'))
    await withFolder({ ...data, 'manifest.csv': without.join('\n') }, async (folder) => {
      await assert.rejects(readPhotoParts(folder, 9, OPTIONS), {
        name: 'DataError',
        message: /no photo in the validation part/,
      })
    })
    const damaged = Object.fromEntries(LABELS.map((label) => [`${label}/0.jpg`, 'no photo']))
    await withFolder({ ...data, ...damaged }, async (folder) => {
      await assert.rejects(readPhotoParts(folder, 9, OPTIONS), {
        name: 'DataError',
        message: 'none of the 5 photos in the training part can be decoded',
      })
    })
  })
})

describe('readAnyPhotos', () => {
  it('takes photos of every part, as many as asked for', async () => {
    await withFolder(await createData(), async (folder) => {
      assert.equal((await readAnyPhotos(folder, 100, OPTIONS)).photos.length, 25)
      assert.equal((await readAnyPhotos(folder, 7, OPTIONS)).photos.length, 7)
    })
  })

  it('refuses a folder without photos', async () => {
    await withFolder({ 'README.md': '' }, async (folder) => {
      await assert.rejects(readAnyPhotos(folder, 7, OPTIONS), { name: 'DataError' })
    })
  })

  it('stops at an abort', async () => {
    await withFolder(await createData(), async (folder) => {
      const signal = AbortSignal.abort(new Error('enough'))
      await assert.rejects(readAnyPhotos(folder, 7, { ...OPTIONS, signal }), /enough/)
    })
  })
})
