import assert from 'node:assert/strict'
import { LABELS } from '../../inference/index'
import { DatasetError, readDataset, SPLITS, type Dataset } from '../../model-training/dataset'
import { withFolder } from './temporary-folder'

const HEADER =
  'file,label,split,group,source_repo,source_path,licence,licence_tier,original_size,heldout_source'
const PER_LABEL = 20
const OPTIONS = { tiers: ['A', 'B', 'D'], seed: 1 }

const row = (file: string, label: string, split: string, tier = 'A', heldout = 'no'): string =>
  `${file},${label},${split},0,o/r,p,"MIT, so they say",${tier},9x9,${heldout}`

/** One photo of every label in every split. */
const BASE = LABELS.flatMap((label) =>
  SPLITS.map((split) => row(`${label}/${split}.jpg`, label, split)),
)

const manifestOf = (...rows: readonly string[]) => ({
  'manifest.csv': [HEADER, ...BASE, ...rows, ''].join('\n'),
})

const folders = Object.fromEntries(
  LABELS.flatMap((label) => Array.from({ length: PER_LABEL }, (_, i) => [`${label}/${i}.jpg`, ''])),
)

const reasonOf = ({ excluded }: Dataset, file: string): string | undefined =>
  excluded.find((exclusion) => exclusion.file === file)?.reason

describe('readDataset', () => {
  it('splits a folder per label 70/15/15 by seed', async () => {
    await withFolder(folders, async (folder) => {
      const { entries, excluded } = await readDataset(folder, OPTIONS)
      assert.deepEqual(excluded, [])
      for (const label of LABELS) {
        const own = entries.filter((entry) => entry.label === label)
        const counts = SPLITS.map((split) => own.filter((entry) => entry.split === split).length)
        assert.deepEqual(counts, [14, 3, 3], label)
      }
      assert.deepEqual((await readDataset(folder, OPTIONS)).entries, entries)
      assert.notDeepEqual((await readDataset(folder, { ...OPTIONS, seed: 2 })).entries, entries)
    })
  })

  it('reports the photos of folders that are no label', async () => {
    const files = {
      ...folders,
      'pets/cat.jpg': '',
      'pets/dog.jpg': '',
      'README.md': 'not a folder',
    }
    const { excluded } = await withFolder(files, (folder) => readDataset(folder, OPTIONS))
    const reason = 'unknown label "pets"'
    assert.deepEqual(excluded, [
      { file: 'pets/cat.jpg', reason },
      { file: 'pets/dog.jpg', reason },
    ])
  })

  it('takes split, tier and source from the manifest', async () => {
    const files = manifestOf(row('food/x.jpg', 'food', 'test', 'D', 'yes'))
    const { entries } = await withFolder(files, (folder) => readDataset(folder, OPTIONS))
    assert.equal(entries.length, BASE.length + 1)
    assert.deepEqual(entries.at(-1), {
      file: 'food/x.jpg',
      label: 'food',
      split: 'test',
      tier: 'D',
      source: 'o/r',
      heldoutSource: true,
    })
  })

  it('learns only from the licence tiers asked for, and tests on all', async () => {
    const files = manifestOf(
      row('food/b.jpg', 'food', 'train', 'B'),
      row('food/d.jpg', 'food', 'val', 'D'),
      row('food/t.jpg', 'food', 'test', 'D'),
    )
    const dataset = await withFolder(files, (folder) =>
      readDataset(folder, { ...OPTIONS, tiers: ['A', 'B'] }),
    )
    assert.equal(reasonOf(dataset, 'food/b.jpg'), undefined)
    assert.equal(reasonOf(dataset, 'food/d.jpg'), 'licence tier D is not trained on')
    assert.ok(dataset.entries.some(({ file }) => file === 'food/t.jpg'))
  })

  it('never learns from tier C, even where it is asked for', async () => {
    const files = manifestOf(
      row('food/c.jpg', 'food', 'train', 'C'),
      row('food/v.jpg', 'food', 'val', 'C'),
    )
    const dataset = await withFolder(files, (folder) =>
      readDataset(folder, { ...OPTIONS, tiers: ['A', 'C'] }),
    )
    for (const file of ['food/c.jpg', 'food/v.jpg']) {
      assert.equal(reasonOf(dataset, file), 'licence tier C is not trained on')
    }
  })

  it('reports rows with an unknown label or split and files that no row names', async () => {
    const files = {
      ...manifestOf(row('pets/1.jpg', 'pets', 'train'), row('food/s.jpg', 'food', 'spare')),
      'food/new.jpg': '',
      'extra/1.jpg': '',
    }
    const dataset = await withFolder(files, (folder) => readDataset(folder, OPTIONS))
    assert.equal(reasonOf(dataset, 'pets/1.jpg'), 'unknown label "pets"')
    assert.equal(reasonOf(dataset, 'food/s.jpg'), 'unknown split "spare"')
    assert.equal(reasonOf(dataset, 'food/new.jpg'), 'not in the manifest')
    assert.equal(reasonOf(dataset, 'extra/1.jpg'), 'unknown label "extra"')
  })

  it('refuses a folder without one of the labels, naming it', async () => {
    const files = Object.fromEntries(
      Object.entries(folders).filter(([file]) => !file.startsWith('menu')),
    )
    await withFolder(files, (folder) =>
      assert.rejects(readDataset(folder, OPTIONS), (error: Error) => {
        assert.ok(error instanceof DatasetError)
        return error.message.includes('"menu"')
      }),
    )
  })

  it('refuses a manifest without a needed column, naming it', async () => {
    await withFolder({ 'manifest.csv': 'file,label\na,food\n' }, (folder) =>
      assert.rejects(readDataset(folder, OPTIONS), /no column "split"/),
    )
  })
})
