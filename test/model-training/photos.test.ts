import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decode, LABELS, loadDecoder } from '../../inference/index'
import { loadPhotos } from '../../model-training/photos'
import { renderPhotos } from './solid-photos'
import { withFolder } from './temporary-folder'

const SIZE = 32
const PER_LABEL = 7

const renderFolder = () => renderPhotos(PER_LABEL)

describe('loadPhotos', () => {
  it('decodes test photos exactly as serving does, and training photos larger', async () => {
    await withFolder(await renderFolder(), async (folder) => {
      const { parts } = await loadPhotos({ folder, size: SIZE, tiers: [], seed: 1 })
      const decoder = await loadDecoder('sharp')
      const [first] = parts.test.entries
      const photo = await readFile(join(folder, first?.file ?? ''))
      const served = await decode(photo, { decoder, width: SIZE, height: SIZE })
      assert.deepEqual([...(parts.test.rgb[0] ?? [])], [...served])
      assert.equal(parts.train.size, 37)
      assert.equal(parts.train.rgb[0]?.length, 37 * 37 * 3)
      assert.equal(parts.train.labels.length, parts.train.rgb.length)
    })
  })

  it('counts damaged photos and says what is wrong with each', async () => {
    const files = await renderFolder()
    const whole = files['food/0.jpg'] ?? new Uint8Array()
    const damaged = {
      'food/cut.jpg': whole.slice(0, whole.length / 2),
      'food/empty.jpg': new Uint8Array(),
      'drink/text.jpg': Buffer.from('no photo at all'),
    }
    const { dataset } = await withFolder({ ...files, ...damaged }, (folder) =>
      loadPhotos({ folder, size: SIZE, tiers: [], seed: 1 }),
    )
    assert.equal(dataset.entries.length, LABELS.length * PER_LABEL)
    const reasons = new Map(dataset.excluded.map(({ file, reason }) => [file, reason]))
    assert.equal(reasons.size, 3)
    assert.equal(reasons.get('food/cut.jpg'), 'damaged photo (CORRUPT_PHOTO)')
    assert.equal(reasons.get('food/empty.jpg'), 'damaged photo (EMPTY_PHOTO)')
    assert.equal(reasons.get('drink/text.jpg'), 'damaged photo (UNSUPPORTED_PHOTO)')
  })

  it('counts photos that the manifest names but nobody finds', async () => {
    const files = await renderFolder()
    const splits = ['train', 'train', 'val', 'val', 'test', 'test', 'test']
    const rows = Object.keys(files).map(
      (file, i) => `${file},${file.split('/')[0] ?? ''},${splits[i % PER_LABEL] ?? ''}`,
    )
    const manifest = ['file,label,split', ...rows, 'food/gone.jpg,food,train'].join('\n')
    const { dataset } = await withFolder({ ...files, 'manifest.csv': manifest }, (folder) =>
      loadPhotos({ folder, size: SIZE, tiers: ['A'], seed: 1 }),
    )
    assert.deepEqual(dataset.excluded, [{ file: 'food/gone.jpg', reason: 'missing file' }])
  })

  it('refuses a folder in which all photos of a label are damaged, naming it', async () => {
    const files = Object.entries(await renderFolder()).map(([file, photo]) => [
      file,
      file.startsWith('menu') ? photo.slice(0, 100) : photo,
    ])
    await withFolder(Object.fromEntries(files) as Record<string, Uint8Array>, (folder) =>
      assert.rejects(loadPhotos({ folder, size: SIZE, tiers: [], seed: 1 }), /"menu"/),
    )
  })
})
