import assert from 'node:assert/strict'
import { LABELS } from '../../../inference/index'
import { choosePhotos } from '../../../model-training/evaluation/choose-photos'
import { DataError } from '../../../model-training/evaluation/data-error'
import type { DataPhoto, EvaluationData } from '../../../model-training/evaluation/read-data'

type Split = DataPhoto['split']

function toData(
  photos: readonly (readonly [string, Split, string?])[],
  splitFrom: EvaluationData['splitFrom'] = 'data',
): EvaluationData {
  return {
    photos: photos.map(([label, split, source], i) => ({
      ...{ file: `${label}/${i}.jpg`, label, split, source, tier: undefined, heldoutSource: false },
    })),
    splitFrom,
    unused: { 'unknown label "pets"': 2 },
    warnings: ['a note of the data'],
    read: () => Promise.reject(new Error('nobody reads here')),
  }
}

const ALL = LABELS.flatMap((label) => [
  [label, 'train', 'zoo'] as const,
  [label, 'val', 'web'] as const,
  [label, 'test', 'web'] as const,
])

const training = { seed: 1 }
const choice = { model: 'photo-net', labels: LABELS, split: undefined, seed: 1, training }

function assertRefused(choose: () => unknown, message: RegExp): void {
  assert.throws(choose, (error) => error instanceof DataError && message.test(error.message))
}

describe('choosePhotos', () => {
  it('takes the test part, fits to the validation part, and knows what training saw', () => {
    const chosen = choosePhotos(toData(ALL), choice)
    assert.equal(chosen.split, 'test')
    assert.deepEqual(
      chosen.photos.map(({ split }) => split),
      LABELS.map(() => 'test'),
    )
    assert.equal(chosen.validation.length, 5)
    assert.deepEqual(chosen.trainingSources, new Set(['zoo']))
    assert.deepEqual(chosen.warnings, ['a note of the data'])
  })

  it('takes another part where it is asked for, and says what that means', () => {
    const sizes = (['train', 'val', 'all'] as const).map((split) => {
      const { photos, validation, warnings } = choosePhotos(toData(ALL), { ...choice, split })
      return [photos.length, validation.length, warnings.join().includes('learnt from')]
    })
    assert.deepEqual(sizes, [
      [5, 0, true],
      [5, 0, false],
      [15, 5, true],
    ])
  })

  it('takes all where the data know no parts, and says so', () => {
    const photos = LABELS.map((label) => [label, undefined] as const)
    const chosen = choosePhotos(toData(photos, 'none'), choice)
    assert.equal(chosen.split, 'all')
    assert.equal(chosen.photos.length, 5)
    assert.equal(chosen.trainingSources, undefined)
    assert.match(chosen.warnings.join(), /say nothing of parts: all photos are evaluated/)
  })

  it('says of parts that a seed made whether they are those that the model learnt with', () => {
    const warn = (seed: number | undefined) =>
      choosePhotos(toData(ALL, 'seed'), { ...choice, training: { seed } }).warnings.join()
    assert.match(warn(1), /by the seed 1, which the model learnt with/)
    assert.doesNotMatch(warn(1), /may have learnt from what is evaluated/)
    assert.match(
      warn(7),
      /by the seed 1, but the model learnt with the seed 7: it may have learnt from what is evaluated/,
    )
    assert.match(warn(undefined), /by the seed 1, but the card does not say .*: it may have learnt/)
  })

  it('says nothing of a seed that has made no parts', () => {
    const { warnings } = choosePhotos(toData(ALL), { ...choice, training: { seed: 7 } })
    assert.deepEqual(warnings, ['a note of the data'])
  })

  it('warns of labels without photos', () => {
    const photos = ALL.filter(([label]) => label !== 'menu')
    const { warnings } = choosePhotos(toData(photos), choice)
    assert.match(warnings.join(), /no photo of "menu": nothing is said of how well it is found/)
    const labels = [...LABELS, ...Array.from({ length: 20 }, (_, i) => `label ${i}`)]
    const many = choosePhotos(toData(ALL), { ...choice, labels }).warnings.join()
    assert.match(many, /no photo of "label 0", .* and 15 more: .* they are found/)
  })

  it('refuses a model that does not know the labels, and says which it knows', () => {
    const labels = ['menu', ...Array.from({ length: 999 }, (_, i) => `thing ${i}`)]
    assertRefused(
      () => choosePhotos(toData(ALL), { ...choice, model: 'imagenet', labels }),
      /photos of "food", "drink", "inside", "outside", which the model imagenet does not know: its 1000 labels are "menu", "thing 0",.* and 995 more/,
    )
  })

  it('refuses data without photos, and says what there is', () => {
    assertRefused(
      () => choosePhotos(toData(ALL.slice(0, 1)), choice),
      /no photo to evaluate in the test part of the data \(there are 2 with unknown label "pets"\)/,
    )
    assertRefused(
      () => choosePhotos(toData([], 'none'), choice),
      /no photo to evaluate in the data/,
    )
  })
})
