import assert from 'node:assert/strict'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { createWeightAverage } from '../../model-training/average'
import { useBackend } from './use-backend'

/** One weight, which is set to each value in turn. */
function averageOf(values: readonly number[], from?: Parameters<typeof createWeightAverage>[1]) {
  const network = tfl.sequential({
    layers: [tfl.layers.dense({ inputShape: [1], units: 1, useBias: false })],
  })
  const [weight] = network.weights
  const set = (value: number) => {
    tf.tidy(() => void weight?.write(tf.tensor2d([[value]])))
  }
  set(values[0] ?? 0)
  const average = createWeightAverage(network, from)
  for (const value of values.slice(1)) {
    set(value)
    average.update()
  }
  const read = average.read()
  average.dispose()
  network.dispose()
  return { ...read, value: read.weights[0]?.values[0] ?? NaN }
}

describe('createWeightAverage', () => {
  useBackend()

  it('follows fast at first: the second of two counts for 9 in 11', () => {
    assert.ok(Math.abs(averageOf([0, 11]).value - 9) < 1e-5)
  })

  it('is over some 500 steps in the end', () => {
    const steps = 20_000
    const from = averageOf([5])
    const jumped = averageOf([5, ...Array.from({ length: 500 }, () => 6)], { ...from, steps })
    assert.equal(jumped.steps, steps + 500)
    // 1 - 0.998 ** 500
    assert.ok(Math.abs(jumped.value - 5 - 0.6325) < 1e-3, `${jumped.value}`)
  })

  it('leaves no tensors behind', () => {
    averageOf([1, 2, 3])
    const { numTensors } = tf.memory()
    averageOf([1, 2, 3])
    assert.equal(tf.memory().numTensors, numTensors)
  })
})
