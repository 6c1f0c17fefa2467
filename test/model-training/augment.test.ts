import assert from 'node:assert/strict'
import * as tf from '@tensorflow/tfjs-core'
import { augment, drawAugmentation } from '../../model-training/augment'
import { createRandom } from '../../model-training/random'
import { useBackend } from './use-backend'

const FROM = 28
const TO = 24
const COUNT = 6

/** The same photos, augmented as a seed decides. */
function augmented(seed: number): { shape: number[]; values: Float32Array } {
  const random = createRandom(seed)
  const photos = tf.randomUniform<tf.Rank.R4>([COUNT, FROM, FROM, 3], 0, 255, 'float32', 7)
  const changes = Array.from({ length: COUNT }, () => drawAugmentation(random))
  const batch = augment(photos, changes, TO)
  const { shape } = batch
  const values = Float32Array.from(batch.dataSync())
  tf.dispose([photos, batch])
  return { shape, values }
}

describe('augment', () => {
  useBackend()

  it('gives photos of the size asked for, with values of 0 to 255', () => {
    const { shape, values } = augmented(1)
    assert.deepEqual(shape, [COUNT, TO, TO, 3])
    assert.ok(values.every((value) => value >= 0 && value <= 255))
    assert.ok(
      values.some((value) => value > 64 && value < 192),
      'something between is left',
    )
  })

  it('is decided by the seed', () => {
    assert.deepEqual(augmented(1), augmented(1))
    assert.notDeepEqual(augmented(1), augmented(2))
  })

  it('leaves no tensors behind', () => {
    augmented(1)
    const { numTensors } = tf.memory()
    augmented(2)
    assert.equal(tf.memory().numTensors, numTensors)
  })

  it('mirrors a photo whose box runs from right to left', () => {
    const ramp = Float32Array.from({ length: 4 * 4 * 3 }, (_, i) => (Math.floor(i / 3) % 4) * 50)
    const change = { box: [0, 1, 1, 0], gains: [1, 1, 1], contrast: 1, saturation: 1 } as const
    const photo = tf.tensor4d(ramp, [1, 4, 4, 3])
    const mirrored = augment(photo, [change], 4)
    const row = [...mirrored.dataSync()].filter((_, i) => i < 12 && i % 3 === 0)
    tf.dispose([photo, mirrored])
    assert.deepEqual(row.map(Math.round), [150, 100, 50, 0])
  })
})

describe('drawAugmentation', () => {
  it('keeps its box inside the photo', () => {
    const random = createRandom(3)
    for (let i = 0; i < 1000; i += 1) {
      const { box } = drawAugmentation(random)
      assert.ok(
        box.every((edge) => edge >= 0 && edge <= 1 + 1e-12),
        box.join(' '),
      )
    }
  })
})
