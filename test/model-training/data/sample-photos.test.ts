import assert from 'node:assert/strict'
import { LABELS } from '../../../inference/index'
import { SPLITS, type Candidate, type Split } from '../../../model-training/data/entry'
import { samplePhotos } from '../../../model-training/data/sample-photos'
import { createEntry } from '../solid-photos'

const createCandidates = (
  count: number,
  label: Candidate['label'],
  split?: Split,
): readonly Candidate[] =>
  Array.from({ length: count }, (_, i) => ({
    ...createEntry({ file: `${label}/${split ?? ''}${i}.jpg`, label }),
    split,
    group: undefined,
  }))

describe('samplePhotos', () => {
  it('takes at most so many of each label and counts the others', () => {
    const candidates = LABELS.flatMap((label, i) => createCandidates(10 * (i + 1), label))
    const sample = samplePhotos(candidates, { perLabel: 25, seed: 1 })
    const counts = LABELS.map(
      (label) => sample.candidates.filter((candidate) => candidate.label === label).length,
    )
    assert.deepEqual(counts, [10, 20, 25, 25, 25])
    assert.equal(sample.excluded.length, 5 + 15 + 25)
    assert.equal(sample.excluded[0]?.reason, 'beyond 25 photos of its label')
  })

  it('keeps the proportions of the parts, and every part', () => {
    const candidates = [
      ...createCandidates(700, 'food', 'train'),
      ...createCandidates(200, 'food', 'val'),
      ...createCandidates(100, 'food', 'test'),
    ]
    const countBySplit = (perLabel: number) => {
      const sample = samplePhotos(candidates, { perLabel, seed: 1 })
      return SPLITS.map((split) => sample.candidates.filter((one) => one.split === split).length)
    }
    assert.deepEqual(countBySplit(100), [70, 20, 10])
    assert.deepEqual(countBySplit(10), [7, 2, 1])
  })

  it('draws the same for a seed, others for another, and the smaller sample in the larger', () => {
    const candidates = createCandidates(200, 'food')
    const draw = (perLabel: number, seed: number) =>
      samplePhotos(candidates, { perLabel, seed }).candidates.map(({ file }) => file)
    assert.deepEqual(draw(20, 1), draw(20, 1))
    assert.notDeepEqual(draw(20, 1), draw(20, 2))
    const larger = new Set(draw(50, 1))
    assert.ok(draw(20, 1).every((file) => larger.has(file)))
  })
})
