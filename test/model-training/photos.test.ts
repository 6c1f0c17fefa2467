import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decode, LABELS, loadDecoder } from '../../inference/index'
import { loadPhotos, type LoadedPhotos } from '../../model-training/photos'
import { renderScene } from './data/scene'
import { renderPhotos } from './solid-photos'
import { withFolder } from './temporary-folder'

const SIZE = 32
const PER_LABEL = 7
const OPTIONS = { size: SIZE, tiers: ['A'], seed: 1 }

const renderFolder = () => renderPhotos(PER_LABEL)

function readFirst({ parts, unlabelled }: LoadedPhotos, part: 'train' | 'test' | 'unlabelled') {
  const { store, size } = part === 'unlabelled' ? unlabelled! : parts[part]
  const rgb = new Uint8Array(size * size * 3)
  store.read(0, rgb)
  return { rgb, size }
}

async function decodeAsServed(path: string, size: number): Promise<Uint8Array> {
  const decoder = await loadDecoder('sharp')
  const photo = await decode(await readFile(path), { decoder, width: size, height: size })
  return Uint8Array.from(photo)
}

describe('loadPhotos', () => {
  it('decodes exactly as serving does: test photos at the network’s size, others half as large again', async () => {
    const files = { ...(await renderFolder()), '../more/u.jpg': await renderScene(1) }
    const inside = Object.entries(files).map(
      ([file, photo]) => [join('data', file), photo] as const,
    )
    await withFolder(Object.fromEntries(inside), async (folder) => {
      const data = join(folder, 'data')
      const loaded = await loadPhotos({
        ...OPTIONS,
        folder: data,
        unlabelled: join(folder, 'more'),
      })
      const { parts, unlabelled } = loaded
      for (const part of ['train', 'test'] as const) {
        const { rgb, size } = readFirst(loaded, part)
        assert.equal(size, part === 'train' ? 48 : SIZE)
        const file = parts[part].entries[0]?.file ?? ''
        assert.deepEqual(rgb, await decodeAsServed(join(data, file), size))
      }
      assert.ok(unlabelled)
      assert.ok(unlabelled.fingerprints.has('u.jpg'))
      for (const { entries, labels, store } of Object.values(parts)) {
        assert.equal(store.count, entries.length)
        assert.ok(entries.every(({ file }) => loaded.fingerprints.has(file)))
        assert.deepEqual(
          labels,
          entries.map(({ label }) => LABELS.indexOf(label)),
        )
      }
      assert.deepEqual(
        unlabelled.entries.map(({ file }) => file),
        ['u.jpg'],
      )
      const { rgb, size } = readFirst(loaded, 'unlabelled')
      assert.equal(size, 48)
      assert.deepEqual(rgb, await decodeAsServed(join(folder, 'more/u.jpg'), size))
      loaded.close()
    })
  })

  it('has no unlabelled photos unless they are asked for', async () => {
    const loaded = await withFolder(await renderFolder(), (folder) =>
      loadPhotos({ ...OPTIONS, folder }),
    )
    assert.equal(loaded.unlabelled, undefined)
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
      loadPhotos({ ...OPTIONS, folder }),
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
      loadPhotos({ ...OPTIONS, folder }),
    )
    assert.deepEqual(dataset.excluded, [{ file: 'food/gone.jpg', reason: 'missing file' }])
  })

  it('keeps what it decoded, one file a part, and decodes nothing the second time', async () => {
    await withFolder(await renderFolder(), async (folder) => {
      await withFolder({}, async (cache) => {
        const tasks: string[] = []
        const options = {
          ...OPTIONS,
          folder,
          cache: { folder: cache, mode: 'read-write' } as const,
          onProgress: ({ task }: { task: string }) => tasks.push(task),
        }
        const first = await loadPhotos(options)
        const before = readFirst(first, 'train')
        first.close()
        assert.deepEqual(
          [...new Set(tasks)],
          [
            'looking at photos',
            ...['train', 'val', 'test'].map((part) => `decoding the ${part} part`),
          ],
        )
        assert.equal((await readdir(join(cache, 'photos'))).length, 4)
        const { length } = tasks
        const second = await loadPhotos(options)
        assert.deepEqual(readFirst(second, 'train'), before)
        second.close()
        assert.equal(tasks.length, length)
      })
    })
  })

  it('leaves a photo out that is gone by the time it is decoded', async () => {
    const perLabel = 20
    await withFolder(await renderPhotos(perLabel), async (folder) => {
      let looked = 0
      const gone = join(folder, 'food/0.jpg')
      const loaded = await loadPhotos({
        ...OPTIONS,
        folder,
        onProgress: ({ task, done, total }) => {
          if (task !== 'looking at photos' || done < total) return
          looked = done
          writeFileSync(gone, 'no photo any more')
        },
      })
      const { dataset, parts } = loaded
      assert.equal(looked, LABELS.length * perLabel)
      assert.deepEqual(dataset.excluded, [
        { file: 'food/0.jpg', reason: 'damaged photo (UNSUPPORTED_PHOTO)' },
      ])
      assert.equal(dataset.entries.length, LABELS.length * perLabel - 1)
      for (const { entries, store } of Object.values(parts))
        assert.equal(store.count, entries.length)
      loaded.close()
    })
  })
})
