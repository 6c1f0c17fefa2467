import assert from 'node:assert/strict'
import { toSizeAt } from '../../bench/trial-size'

describe('the size of a trial', () => {
  it('is what is asked for, or so many requests of each connection where that is more', () => {
    const size = { requests: 80, perConnection: 8 }
    assert.deepEqual(
      [1, 10, 11, 20].map((concurrency) => toSizeAt(size, concurrency)),
      [80, 80, 88, 160].map((requests) => ({ requests })),
    )
    assert.deepEqual(toSizeAt({ requests: 80 }, 20), { requests: 80 })
    assert.deepEqual(toSizeAt({ duration: 500 }, 20), { duration: 500 })
  })
})
