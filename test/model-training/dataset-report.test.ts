import assert from 'node:assert/strict'
import { LABELS } from '../../inference/index'
import { SPLITS } from '../../model-training/data/entry'
import { toDatasetReport } from '../../model-training/dataset-report'
import { createEntry } from './solid-photos'

const ENTRIES = LABELS.flatMap((label, i) =>
  SPLITS.flatMap((split) =>
    Array.from({ length: i + 1 }, () =>
      createEntry({
        label,
        split,
        tier: i === 0 ? 'A' : 'D',
        source: i === 0 ? 'rare' : 'frequent',
      }),
    ),
  ),
)

const DATASET = {
  origin: 'manifest',
  entries: ENTRIES,
  excluded: Array.from({ length: 4 }, (_, i) => ({ file: `food/${i}.jpg`, reason: 'damaged' })),
  warnings: ['something is odd'],
} as const

describe('toDatasetReport', () => {
  it('counts photos by label, tier and source in each part, and names what was left out', () => {
    assert.deepEqual(toDatasetReport(DATASET), [
      'Photos: labels and split by manifest.csv',
      '            train     val    test     all',
      '  food          1       1       1       3',
      '  drink         2       2       2       6',
      '  menu          3       3       3       9',
      '  inside        4       4       4      12',
      '  outside       5       5       5      15',
      '  all          15      15      15      45',
      'Licence tiers',
      '        train     val    test     all',
      '  D        14      14      14      42',
      '  A         1       1       1       3',
      '  all      15      15      15      45',
      'Sources',
      '             train     val    test     all',
      '  frequent      14      14      14      42',
      '  rare           1       1       1       3',
      '  all           15      15      15      45',
      'Left out',
      '  not used: 4 photos, damaged, such as food/0.jpg, food/1.jpg, food/2.jpg',
      'Warnings',
      '  something is odd',
    ])
  })

  it('tells of photos without labels what it tells of the others', () => {
    const photo = { file: 'a.jpg', tier: 'A', source: undefined }
    const unlabelled = { entries: [photo, photo], excluded: [{ file: 'b.jpg', reason: 'damaged' }] }
    assert.deepEqual(toDatasetReport(DATASET, unlabelled).slice(-7), [
      'Photos without labels: 2',
      'Licence tiers',
      '  A: 2',
      'Sources',
      '  unknown: 2',
      'Left out',
      '  not used: 1 photos, damaged, such as b.jpg',
    ])
  })

  it('counts sources beyond thirty', () => {
    const entries = Array.from({ length: 33 }, (_, i) => createEntry({ source: `s${i}` }))
    const report = toDatasetReport({ ...DATASET, entries })
    assert.ok(report.includes('  (and 3 more, counted in all)'))
  })
})
