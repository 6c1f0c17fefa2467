import assert from 'node:assert/strict'
import { toTrainingSplit } from '../../../model-training/evaluation/training-split'

describe('toTrainingSplit', () => {
  it('reads seed and sample of a card', () => {
    const training = { method: 'from scratch', seed: 7, photosPerLabel: 100 }
    assert.deepEqual(toTrainingSplit(training), { seed: 7, photosPerLabel: 100 })
    assert.deepEqual(toTrainingSplit({ seed: 0 }), { seed: 0, photosPerLabel: undefined })
  })

  it('takes what is no count for nothing, as a card may be from elsewhere', () => {
    const nothing = { seed: undefined, photosPerLabel: undefined }
    for (const training of [
      ...[undefined, null, 'by hand', 7, [], {}],
      ...[{ seed: '7', photosPerLabel: '9' }, { seed: 1.5, photosPerLabel: 0 }, { seed: -1 }],
    ]) {
      assert.deepEqual(toTrainingSplit(training), nothing)
    }
  })
})
