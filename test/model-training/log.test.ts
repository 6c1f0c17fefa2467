import assert from 'node:assert/strict'
import {
  toCsv,
  toDatasetLines,
  toExclusionLines,
  toProgressLine,
  toReadingLine,
} from '../../model-training/log'
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

describe('toReadingLine', () => {
  it('tells what is done, how far, and the time left', () => {
    const progress = { task: 'decoding the train part', done: 12, total: 300, timeLeft: 61_000 }
    assert.equal(toReadingLine(progress), 'decoding the train part: 12/300, 2 min left')
  })
})

describe('toDatasetLines', () => {
  it('counts photos by split and by reason for leaving them out, and warns', () => {
    const excluded = [
      { file: 'food/a.jpg', reason: 'damaged' },
      { file: 'food/b.jpg', reason: 'damaged' },
    ]
    const lines = toDatasetLines({ entries: [createEntry()], excluded, warnings: ['few photos'] })
    assert.deepEqual(lines, [
      'train 1 photos, val 0 photos, test 0 photos',
      'not used: 2 photos, damaged, such as food/a.jpg',
      'warning: few photos',
    ])
  })
})

describe('toExclusionLines', () => {
  it('has a line for each reason, with as many examples as asked for and what is particular to them', () => {
    const excluded = [
      { file: 'a', reason: 'copy', detail: 'test food z' },
      { file: 'b', reason: 'damaged' },
      { file: 'c', reason: 'copy' },
      { file: 'd', reason: 'copy' },
    ]
    assert.deepEqual(toExclusionLines(excluded, 2), [
      'not used: 3 photos, copy, such as a (test food z), c',
      'not used: 1 photos, damaged, such as b',
    ])
  })
})
