import assert from 'node:assert/strict'
import { toGate, toResolution } from '../../../bench/statistics/gate'

describe('toResolution', () => {
  it('is how far from 1 the interval reaches, to either side', () => {
    assert.ok(Math.abs(toResolution({ lower: 0.99, upper: 1.03 })! - 0.03) < 1e-12)
    assert.ok(Math.abs(toResolution({ lower: 0.8, upper: 1.03 })! - 0.25) < 1e-12)
    assert.equal(toResolution({ lower: null, upper: null }), null)
  })
})

describe('toGate', () => {
  const interval = { lower: 0.96, upper: 1.02 }

  it('raises an alarm where A/A says slower or faster', () => {
    for (const [verdict, alarm] of [
      ['slower', true],
      ['faster', true],
      ['equivalent', false],
      ['undecided', false],
    ] as const) {
      assert.deepEqual(toGate({ ...interval, verdict }), { resolution: 1 / 0.96 - 1, alarm })
    }
  })

  it('resolves nothing without A/A', () => {
    assert.deepEqual(toGate(null), { resolution: null, alarm: false })
  })
})
