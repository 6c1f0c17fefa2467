import assert from 'node:assert/strict'
import sharp from 'sharp'
import { decode, loadDecoder } from '../../../inference/index'
import { DatasetError } from '../../../model-training/data/dataset-error'
import { toFingerprint, type Fingerprint } from '../../../model-training/data/fingerprint'
import { LOOKS_INPUT } from '../../../model-training/data/looks'
import { readUnlabelled } from '../../../model-training/data/read-unlabelled'
import { withFolder } from '../temporary-folder'
import { renderScene } from './scene'

const TIERS = ['A', 'B', 'D']

type Files = Readonly<Record<string, string | Uint8Array>>

const read = (files: Files, { tiers = TIERS, heldOut = [] as readonly Fingerprint[] } = {}) =>
  withFolder(files, (folder) => readUnlabelled(folder, { tiers, heldOut }))

async function fingerprintOf(photo: Uint8Array): Promise<Fingerprint> {
  const decoder = await loadDecoder('sharp')
  return toFingerprint(photo, await decode(photo, { decoder, ...LOOKS_INPUT }))
}

describe('readUnlabelled', () => {
  it('reads plain files of all depths, and names what is no photo', async () => {
    const { entries, excluded } = await read({
      'a.jpg': await renderScene(1),
      'more/b.jpg': await renderScene(2),
      'cut.jpg': (await renderScene(3)).subarray(0, 500),
      'README.md': 'words',
    })
    const unknown = { tier: undefined, source: undefined }
    assert.deepEqual(entries, [
      { file: 'a.jpg', ...unknown },
      { file: 'more/b.jpg', ...unknown },
    ])
    assert.deepEqual(excluded, [
      { file: 'README.md', reason: 'no photo by its name' },
      { file: 'cut.jpg', reason: 'damaged photo (CORRUPT_PHOTO)' },
    ])
  })

  it('takes source and licence tier from a manifest, and learns from the tiers asked for only', async () => {
    const rows = ['A', 'B', 'C', 'D', ''].map((tier, i) => `${i}.jpg,o/r,${tier}`)
    const photos = await Promise.all(
      rows.map(async (_, i) => [`${i}.jpg`, await renderScene(i)] as const),
    )
    const files = {
      'manifest.csv': [
        'file,source_repo,licence_tier',
        ...rows,
        'gone.jpg,o/r,A',
        '../x.jpg,o/r,A',
      ].join('\n'),
      ...Object.fromEntries(photos),
      'new.jpg': '',
    }
    const { entries, excluded } = await read(files, { tiers: ['A', 'C', 'D'] })
    assert.deepEqual(entries, [
      { file: '0.jpg', tier: 'A', source: 'o/r' },
      { file: '3.jpg', tier: 'D', source: 'o/r' },
    ])
    assert.deepEqual(
      excluded.map(({ file, reason }) => [file, reason]),
      [
        ['new.jpg', 'not in the manifest'],
        ['1.jpg', 'licence tier B is not trained on'],
        ['2.jpg', 'licence tier C is not trained on'],
        ['4.jpg', 'licence tier unknown is not trained on'],
        ['../x.jpg', 'path outside of the data folder'],
        ['gone.jpg', 'missing file'],
      ],
    )
  })

  it('leaves out validation and test photos, by bytes and by looks, and copies', async () => {
    const [own, other, third] = [await renderScene(1), await renderScene(2), await renderScene(3)]
    const files = {
      'copy.jpg': other,
      'first.jpg': own,
      'second.jpg': own,
      // Looks like the first, which is nothing against learning from both.
      'alike.jpg': await sharp(own).jpeg({ quality: 60 }).toBuffer(),
      'small.png': await sharp(third).resize(90, 70, { fit: 'fill' }).png().toBuffer(),
    }
    const heldOut = [await fingerprintOf(other), await fingerprintOf(third)]
    const { entries, excluded } = await read(files, { heldOut })
    assert.deepEqual(
      entries.map(({ file }) => file),
      ['alike.jpg', 'first.jpg'],
    )
    assert.deepEqual(excluded, [
      { file: 'copy.jpg', reason: 'same bytes as a validation or test photo' },
      { file: 'second.jpg', reason: 'same bytes as another photo', detail: 'first.jpg' },
      { file: 'small.png', reason: 'looks like a validation or test photo' },
    ])
  })

  it('refuses a folder that is not there, holds nothing to learn from or has another manifest', async () => {
    const refuses = (files: Files, message: RegExp) =>
      assert.rejects(
        read(files),
        (error: Error) => error instanceof DatasetError && message.test(error.message),
      )
    await refuses({}, /no photo to learn from$/)
    await refuses({ 'a.jpg': 'x' }, /no photo to learn from \(not used: 1 damaged photo/)
    await refuses({ 'manifest.csv': 'photo\na.jpg\n' }, /no column "file"/)
    await assert.rejects(
      withFolder({}, (folder) => readUnlabelled(`${folder}/gone`, { tiers: TIERS, heldOut: [] })),
      /gone cannot be read \(ENOENT\)/,
    )
  })
})
