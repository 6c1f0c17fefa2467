import assert from 'node:assert/strict'
import * as tf from '@tensorflow/tfjs-core'
import { layView } from '../../model-training/lay-view'
import { createRandom } from '../../model-training/random'
import { WHOLE, type Box } from '../../model-training/views'
import { useBackend } from './use-backend'

/** Cuts a box out of a square photo. */
function cut(rgb: Uint8Array, box: Box, to: number): Float32Array {
  const size = Math.sqrt(rgb.length / 3)
  const values = new Float32Array(to * to * 3)
  layView({ rgb, size }, box, { values, offset: 0, size: to }, 1)
  return values
}

describe('layView', () => {
  useBackend()

  /** Columns of 0, 50, 100 and 150. */
  const ramp = Uint8Array.from({ length: 4 * 4 * 3 }, (_, i) => (Math.floor(i / 3) % 4) * 50)
  const firstRow = (box: Box, to: number): number[] =>
    [...cut(ramp, box, to)].filter((_, i) => i < to * 3 && i % 3 === 0).map(Math.round)

  it('leaves a whole photo of that size as it is', () => {
    assert.deepEqual(firstRow(WHOLE, 4), [0, 50, 100, 150])
  })

  it('mirrors a photo whose box runs from right to left', () => {
    assert.deepEqual(firstRow([0, 1, 1, 0], 4), [150, 100, 50, 0])
  })

  it('enlarges a part', () => {
    assert.deepEqual(firstRow([0, 0, 1, 2 / 3], 3), [0, 50, 100])
  })

  it('takes the middle of the box for a single pixel', () => {
    assert.deepEqual(firstRow([0, 0, 1, 2 / 3], 1), [50])
  })

  it('interpolates as CropAndResize does', () => {
    const random = createRandom(1)
    const rgb = Uint8Array.from({ length: 9 * 9 * 3 }, () => Math.floor(random() * 256))
    const boxes: Box[] = [
      [0.1, 0.2, 0.7, 0.9],
      [0.3, 0.8, 0.9, 0.1],
    ]
    for (const box of boxes) {
      const expected = tf.tidy(() => {
        const photo = tf.tensor4d(Float32Array.from(rgb), [1, 9, 9, 3])
        return tf.image.cropAndResize(photo, [[...box]], [0], [5, 5]).dataSync<'float32'>()
      })
      const apart = cut(rgb, box, 5).map((value, i) => Math.abs(value - (expected[i] ?? 0)))
      assert.ok(Math.max(...apart) < 0.01, `${Math.max(...apart)}`)
    }
  })

  it('lays a photo over another one by its share, behind what is there', () => {
    const values = Float32Array.from({ length: 3 + 4 * 4 * 3 }, () => 80)
    layView({ rgb: ramp, size: 4 }, WHOLE, { values, offset: 3, size: 4 }, 0.25)
    assert.deepEqual([...values.slice(0, 3)], [80, 80, 80])
    const firsts = [3, 6, 9, 12].map((place) => values[place])
    assert.deepEqual(firsts, [60, 72.5, 85, 97.5])
  })
})
