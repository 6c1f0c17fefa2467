import assert from 'node:assert/strict'
import { createNoise } from '../../../model-training/export/noise'
import { toPixelBatches } from '../../../model-training/export/pixel-batches'

const INPUT = { width: 2, height: 1, scale: 0.5, offset: -1 }

describe('toPixelBatches', () => {
  it('normalises photos, eight at a time, as often as it is gone through', () => {
    const rgb = Array.from({ length: 9 }, (_, i) => new Uint8Array(6).fill(i))
    const batches = toPixelBatches(rgb, INPUT)
    for (const time of [1, 2]) {
      const [first, second, ...others] = batches
      assert.deepEqual([first?.photos, second?.photos, others.length], [8, 1, 0], String(time))
      assert.equal(first?.pixels.length, 48)
      assert.deepEqual(first.pixels.slice(6, 12), new Float32Array(6).fill(-0.5))
      assert.deepEqual(second?.pixels, new Float32Array(6).fill(3))
    }
  })
})

describe('createNoise', () => {
  it('is decided by the seed, and differs from photo to photo', () => {
    const photos = createNoise(3, INPUT, 1)
    assert.deepEqual(photos, createNoise(3, INPUT, 1))
    assert.notDeepEqual(photos, createNoise(3, INPUT, 2))
    assert.notDeepEqual(photos[0], photos[1])
    assert.deepEqual(
      photos.map((photo) => photo.length),
      [6, 6, 6],
    )
  })

  it('is of all brightnesses', () => {
    const size = { width: 30, height: 30 }
    const largest = createNoise(40, size, 1).map((photo) => Math.max(...photo))
    assert.ok(Math.max(...largest) > 200 && Math.min(...largest) < 60)
  })
})
