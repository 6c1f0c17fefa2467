import assert from 'node:assert/strict'
import type { JudgedPhoto } from '../../../model-training/evaluation/judged-photo'
import { summarise } from '../../../model-training/evaluation/summarise'
import { near } from './judgements'

const LABELS = ['cat', 'dog', 'owl']

/** A photo that is taken for `predicted` with a probability of 0.8, or as said. */
function photo(label: string, predicted: string, known: Partial<JudgedPhoto> = {}): JudgedPhoto {
  return {
    file: `${label}/1.jpg`,
    label,
    tier: undefined,
    source: undefined,
    heldoutSource: false,
    probabilities: Float32Array.from(LABELS, (name) => (name === predicted ? 0.8 : 0.1)),
    ...known,
  }
}

const options = { labels: LABELS, trainingSources: new Set(['zoo']) }

describe('summarise', () => {
  it('gives the figures of all photos', () => {
    const summary = summarise(
      [photo('cat', 'cat'), photo('cat', 'dog'), photo('dog', 'dog'), photo('dog', 'dog')],
      options,
    )
    assert.equal(summary.photos, 4)
    assert.equal(summary.accuracy.value, 0.75)
    assert.equal(summary.accuracy.method, 'Wilson')
    assert.equal(summary.balancedAccuracy, 0.75)
    near(summary.loss, -(3 * Math.log(0.8) + Math.log(0.1)) / 4, 1e-7)
    assert.deepEqual(summary.confusion, [
      [1, 1, 0],
      [0, 2, 0],
      [0, 0, 0],
    ])
    assert.deepEqual(Object.keys(summary.perLabel), LABELS)
    near(summary.perLabel['dog']?.f1, 0.8)
    assert.equal(summary.perLabel['owl']?.recall, null)
  })

  it('tells the photos of sources that training has not, and says how many of each label', () => {
    const { heldoutSources, unseenSources } = summarise(
      [
        photo('cat', 'cat', { source: 'zoo' }),
        photo('cat', 'dog', { source: 'zoo', heldoutSource: true }),
        photo('dog', 'dog', { source: 'web', heldoutSource: true }),
        photo('dog', 'cat', { source: 'web', heldoutSource: true }),
      ],
      options,
    )
    assert.equal(heldoutSources?.photos, 3)
    near(heldoutSources.accuracy.value, 1 / 3)
    assert.equal(heldoutSources.balancedAccuracy, 0.25)
    assert.deepEqual(heldoutSources.photosPerLabel, { cat: 1, dog: 2, owl: 0 })
    assert.equal(unseenSources?.photos, 2)
    assert.deepEqual(unseenSources.photosPerLabel, { cat: 0, dog: 2, owl: 0 })
  })

  it('gives a source and a label of a source their own figures', () => {
    const { perSource, perLabelAndSource } = summarise(
      [
        photo('dog', 'dog', { source: 'web' }),
        photo('cat', 'dog', { source: 'web' }),
        photo('cat', 'cat', { source: 'air' }),
        photo('cat', 'cat', { source: '' }),
        photo('cat', 'cat'),
      ],
      options,
    )
    assert.deepEqual(Object.keys(perSource), ['air', 'web'])
    assert.equal(perSource['web']?.photos, 2)
    assert.equal(perSource['web'].accuracy.value, 0.5)
    assert.deepEqual(
      perLabelAndSource.map(({ label, source, photos, accuracy }) => [
        ...[label, source, photos, accuracy.value],
      ]),
      [
        ['cat', 'air', 1, 1],
        ['cat', 'web', 1, 0],
        ['dog', 'web', 1, 1],
      ],
    )
  })

  it('gives each licence tier its figures, and tiers A and B alone where a label has them', () => {
    const { perTier, openTiers } = summarise(
      [
        photo('cat', 'cat', { tier: 'A' }),
        photo('cat', 'dog', { tier: 'B' }),
        photo('dog', 'dog', { tier: 'C' }),
        photo('dog', 'dog', { tier: '' }),
      ],
      options,
    )
    assert.deepEqual(Object.keys(perTier), ['A', 'B', 'C', 'unknown'])
    assert.equal(perTier['B']?.accuracy.value, 0)
    assert.deepEqual(openTiers?.tiers, ['A', 'B'])
    assert.equal(openTiers.photos, 2)
    assert.equal(openTiers.perLabel['cat']?.accuracy.value, 0.5)
    assert.equal(openTiers.perLabel['dog'], null)
  })

  it('says nothing of sources and tiers that the data do not tell', () => {
    const summary = summarise([photo('cat', 'cat')], { ...options, trainingSources: undefined })
    assert.equal(summary.heldoutSources, null)
    assert.equal(summary.unseenSources, null)
    assert.deepEqual(summary.perSource, {})
    assert.deepEqual(summary.perTier, {})
    assert.equal(summary.openTiers, null)
    const sourced = summarise([photo('cat', 'cat', { source: 'web' })], {
      ...{ labels: LABELS, trainingSources: undefined },
    })
    assert.equal(sourced.unseenSources, null)
  })

  it('puts the likeliest of the wrong predictions first, and only so many', () => {
    const probabilities = Float32Array.of(0.05, 0.9, 0.05)
    const { mistakes } = summarise(
      [
        photo('owl', 'dog', { file: 'b' }),
        photo('cat', 'cat', { file: 'right' }),
        photo('cat', 'dog', { file: 'a' }),
        photo('cat', 'dog', { file: 'worst', probabilities }),
        photo('owl', 'cat', { file: 'c' }),
      ],
      { ...options, mistakes: 3 },
    )
    assert.deepEqual(
      mistakes.map(({ file }) => file),
      ['worst', 'a', 'b'],
    )
    const [worst] = mistakes
    assert.equal(worst?.label, 'cat')
    assert.equal(worst.predicted, 'dog')
    near(worst.probability, 0.9, 1e-6)
    near(worst.labelProbability, 0.05, 1e-6)
  })
})
