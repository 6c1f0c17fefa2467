import assert from 'node:assert/strict'
import { toEpochFacts, toMinutes } from '../../model-training/made-network'

const ENTRY = { loss: 1, accuracy: 1, validationLoss: 1, validationAccuracy: 1 }
const best = { epoch: 2, weights: [] }
const log = [1, 2, 3].map((epoch) => ({ epoch, ...ENTRY }))

describe('toEpochFacts', () => {
  it('tells how many epochs were asked for, and how many there were if fewer', () => {
    const progress = { log, best, average: { weights: [], steps: 1 } }
    assert.deepEqual(toEpochFacts(progress, 3), { epochs: 3, bestEpoch: 3 })
    assert.deepEqual(toEpochFacts(progress, 9), { epochs: 9, epochsRun: 3, bestEpoch: 2 })
  })
})

describe('toMinutes', () => {
  it('rounds to a tenth', () => {
    assert.deepEqual([0, 2999, 3000, 90_000].map(toMinutes), [0, 0, 0.1, 1.5])
  })
})
