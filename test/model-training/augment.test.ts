import assert from 'node:assert/strict'
import * as tf from '@tensorflow/tfjs-core'
import { changeColours, drawColourChange, type ColourChange } from '../../model-training/augment'
import { createRandom } from '../../model-training/random'
import { useBackend } from './use-backend'

const SIZE = 12
const COUNT = 6
const UNCHANGED: ColourChange = { gains: [1, 1, 1], contrast: 1, saturation: 1 }

/** The same photos, recoloured as a seed decides. */
function recoloured(seed: number): Float32Array {
  const random = createRandom(seed)
  const changes = Array.from({ length: COUNT }, () => drawColourChange(random))
  return tf.tidy(() => {
    const photos = tf.randomUniform<tf.Rank.R4>([COUNT, SIZE, SIZE, 3], 0, 255, 'float32', 7)
    const batch = changeColours(photos, changes)
    assert.deepEqual(batch.shape, photos.shape)
    return Float32Array.from(batch.dataSync())
  })
}

/** What becomes of two pixels of one photo. */
const change = (pixels: readonly number[], changes: Partial<ColourChange>): number[] =>
  tf
    .tidy(() => [
      ...changeColours(tf.tensor4d([...pixels], [1, 1, 2, 3]), [
        { ...UNCHANGED, ...changes },
      ]).dataSync(),
    ])
    .map(Math.round)

describe('changeColours', () => {
  useBackend()

  const PIXELS = [10, 20, 30, 110, 120, 130]

  it('keeps values between 0 and 255', () => {
    const values = recoloured(1)
    assert.ok(values.every((value) => value >= 0 && value <= 255))
    assert.ok(values.some((value) => value > 64 && value < 192))
    assert.deepEqual(change(PIXELS, { gains: [3, 3, 3] }).slice(3), [255, 255, 255])
  })

  it('is decided by the seed', () => {
    assert.deepEqual(recoloured(1), recoloured(1))
    assert.notDeepEqual(recoloured(1), recoloured(2))
  })

  it('multiplies each colour, spreads around the mean, and fades to gray', () => {
    assert.deepEqual(change(PIXELS, {}), PIXELS)
    assert.deepEqual(change(PIXELS, { gains: [2, 1, 0.5] }), [20, 20, 15, 220, 120, 65])
    assert.deepEqual(change(PIXELS, { contrast: 0.5 }), [40, 45, 50, 90, 95, 100])
    // 0.299 * 10 + 0.587 * 20 + 0.114 * 30, and 100 more.
    assert.deepEqual(change(PIXELS, { saturation: 0 }), [18, 18, 18, 118, 118, 118])
  })

  it('leaves no tensors behind', () => {
    recoloured(1)
    const { numTensors } = tf.memory()
    recoloured(2)
    assert.equal(tf.memory().numTensors, numTensors)
  })
})
