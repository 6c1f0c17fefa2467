import assert from 'node:assert/strict'
import { toIdleOutcome } from './idle-outcome'
import { copyOf, keepBusy } from './keep-busy'

const PHOTO = Uint8Array.of(1, 2, 3)

describe('a pool that is kept busy', () => {
  it('has as many photos at once as asked for, and as many in all', async () => {
    let [now, most, all] = [0, 0, 0]
    const outcome = toIdleOutcome(PHOTO)
    assert.equal(outcome.state, 'completed')
    const classify = async () => {
      all++
      most = Math.max(most, ++now)
      await Promise.resolve()
      now--
      return outcome.prediction
    }
    await keepBusy({ classify }, { photo: PHOTO, photos: 50, atOnce: 10 })
    assert.deepEqual({ now, most, all }, { now: 0, most: 10, all: 50 })
  })

  it('gets each photo as bytes that nobody else has', () => {
    const [one, other] = [copyOf(PHOTO), copyOf(PHOTO)]
    assert.deepEqual([...one], [...PHOTO])
    assert.notEqual(one.buffer, other.buffer)
    assert.equal(one.buffer.byteLength, PHOTO.length)
  })
})
