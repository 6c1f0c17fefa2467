import assert from 'node:assert/strict'
import { toTrainingSplit } from '../../../model-training/evaluation/training-split'

describe('toTrainingSplit', () => {
  it('reads seed, sample and licence tiers of a card', () => {
    const told = { seed: 7, photosPerLabel: 100, licenceTiers: ['A', 'B'] }
    assert.deepEqual(toTrainingSplit({ method: 'from scratch', ...told }), told)
    assert.deepEqual(toTrainingSplit({ seed: 0 }), {
      ...{ seed: 0, photosPerLabel: undefined, licenceTiers: undefined },
    })
  })

  it('takes what is of another form for nothing, as a card may be from elsewhere', () => {
    const nothing = { seed: undefined, photosPerLabel: undefined, licenceTiers: undefined }
    for (const training of [
      ...[undefined, null, 'by hand', 7, [], {}],
      ...[{ seed: '7', photosPerLabel: '9' }, { seed: 1.5, photosPerLabel: 0 }, { seed: -1 }],
      ...[{ licenceTiers: 'A' }, { licenceTiers: [] }, { licenceTiers: [1] }],
    ]) {
      assert.deepEqual(toTrainingSplit(training), nothing)
    }
  })
})
