import assert from 'node:assert/strict'
import { schedule } from '../../model-training/schedule'

describe('schedule', () => {
  it('rises for two epochs, then falls to 0 as half a cosine', () => {
    assert.equal(schedule(0, 100), 0)
    assert.equal(schedule(0.01, 100), 0.5)
    assert.equal(schedule(0.02, 100), 1)
    assert.ok(Math.abs(schedule(0.51, 100) - 0.5) < 1e-12)
    assert.ok(Math.abs(schedule(1, 100)) < 1e-12)
  })

  it('spends no more than a tenth of a short training on rising', () => {
    assert.equal(schedule(0.1, 3), 1)
    assert.ok(schedule(0.09, 3) < 1)
  })
})
