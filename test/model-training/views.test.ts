import assert from 'node:assert/strict'
import * as tf from '@tensorflow/tfjs-core'
import { crop, toBox, WHOLE } from '../../model-training/views'
import { useBackend } from './use-backend'

const boxes = (seed: number, count: number, smallestArea = 0.3) =>
  Array.from({ length: count }, (_, photo) => toBox(seed, { photo, view: photo % 7 }, smallestArea))

describe('toBox', () => {
  it('keeps its box inside the photo', () => {
    for (const box of boxes(3, 1000)) {
      assert.ok(
        box.every((edge) => edge >= 0 && edge <= 1 + 1e-12),
        box.join(' '),
      )
    }
  })

  it('shows the least area asked for and up to all of it, and mirrors every other view', () => {
    const areas = boxes(3, 1000).map(
      ([top, left, bottom, right]) => (bottom - top) * Math.abs(right - left),
    )
    assert.ok(Math.min(...areas) > 0.3 - 1e-9 && Math.min(...areas) < 0.33, `${Math.min(...areas)}`)
    assert.ok(Math.max(...areas) > 0.95)
    const mirrored = boxes(3, 1000).filter(([, left, , right]) => left > right).length
    assert.ok(mirrored > 430 && mirrored < 570, `${mirrored}`)
  })

  it('is the same for the same seed, photo and view, and another for another', () => {
    const first = toBox(1, { photo: 2, view: 3 }, 0.3)
    assert.deepEqual(toBox(1, { photo: 2, view: 3 }, 0.3), first)
    const others = [
      toBox(2, { photo: 2, view: 3 }, 0.3),
      toBox(1, { photo: 3, view: 3 }, 0.3),
      toBox(1, { photo: 3, view: 2 }, 0.3),
      toBox(1, { photo: 2, view: 4 }, 0.3),
    ]
    assert.equal(new Set([first, ...others].map((box) => box.join())).size, 5)
  })
})

describe('crop', () => {
  useBackend()

  /** Columns of 0, 50, 100 and 150. */
  const toRamp = () => {
    const values = Float32Array.from({ length: 4 * 4 * 3 }, (_, i) => (Math.floor(i / 3) % 4) * 50)
    return tf.tensor4d(values, [1, 4, 4, 3])
  }
  const firstRow = (box: Parameters<typeof crop>[1][number], to: number): number[] =>
    tf
      .tidy(() => [...crop(toRamp(), [box], to).dataSync()])
      .filter((_, i) => i < to * 3 && i % 3 === 0)
      .map(Math.round)

  it('leaves a whole photo of that size as it is', () => {
    assert.deepEqual(firstRow(WHOLE, 4), [0, 50, 100, 150])
  })

  it('mirrors a photo whose box runs from right to left', () => {
    assert.deepEqual(firstRow([0, 1, 1, 0], 4), [150, 100, 50, 0])
  })

  it('enlarges a part', () => {
    assert.deepEqual(firstRow([0, 0, 1, 2 / 3], 3), [0, 50, 100])
  })

  it('leaves no tensors behind', () => {
    firstRow(WHOLE, 4)
    const { numTensors } = tf.memory()
    firstRow(WHOLE, 4)
    assert.equal(tf.memory().numTensors, numTensors)
  })
})
