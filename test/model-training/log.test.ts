import assert from 'node:assert/strict'
import { toCsv, toDatasetLines, toProgressLine } from '../../model-training/log'
import { createEntry } from './solid-photos'

const ENTRY = {
  epoch: 3,
  loss: 1.5,
  accuracy: 0.25,
  validationLoss: 1.123456,
  validationAccuracy: 0.5,
}

describe('toCsv', () => {
  it('has a header and a line for each epoch', () => {
    const expected =
      'epoch,loss,accuracy,validationLoss,validationAccuracy\n3,1.5,0.25,1.12346,0.5\n'
    assert.equal(toCsv([ENTRY]), expected)
  })
})

describe('toProgressLine', () => {
  it('tells epoch, losses, accuracies and time left', () => {
    const line = toProgressLine(ENTRY, 10, 150_000)
    assert.match(line, /^epoch 3\/10 .*loss 1\.500.*accuracy 0\.500 .*3 min left$/)
    assert.match(toProgressLine(ENTRY, 10, 4000), / 4 s left$/)
  })
})

describe('toDatasetLines', () => {
  it('counts photos by split and by reason for leaving them out', () => {
    const excluded = [
      { file: 'food/a.jpg', reason: 'damaged' },
      { file: 'food/b.jpg', reason: 'damaged' },
    ]
    assert.deepEqual(toDatasetLines({ entries: [createEntry()], excluded }), [
      'train 1 photos, val 0 photos, test 0 photos',
      'not used: 2 photos, damaged, such as food/a.jpg',
    ])
  })
})
