import assert from 'node:assert/strict'
import { dirname, sep } from 'node:path'
import '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-cpu'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { registerWasmKernels } from '../../../model-training/kernels/wasm'

interface Convolution {
  readonly size: number
  readonly kernel: number
  readonly strides: number
  readonly pad: 'same' | 'valid' | number
}

type Convolve = typeof tf.conv2d | typeof tf.depthwiseConv2d

const CONVOLUTIONS: readonly Convolution[] = [
  { size: 8, kernel: 3, strides: 1, pad: 'same' },
  { size: 8, kernel: 3, strides: 2, pad: 'same' },
  { size: 9, kernel: 3, strides: 2, pad: 'same' },
  { size: 9, kernel: 3, strides: 2, pad: 'valid' },
  // One row and column that no window reaches.
  { size: 10, kernel: 3, strides: 2, pad: 'valid' },
  { size: 7, kernel: 1, strides: 1, pad: 'same' },
  { size: 8, kernel: 1, strides: 2, pad: 'same' },
  { size: 11, kernel: 5, strides: 3, pad: 'valid' },
  { size: 11, kernel: 5, strides: 3, pad: 'same' },
  { size: 8, kernel: 2, strides: 2, pad: 'same' },
  { size: 9, kernel: 3, strides: 2, pad: 1 },
]

describe('the gradients of convolutions on the wasm engine', () => {
  let earlier: string | undefined
  before(async () => {
    earlier = tf.getBackend()
    setWasmPaths(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep)
    await tf.setBackend('wasm')
    registerWasmKernels()
  })
  after(async () => {
    if (earlier !== undefined) await tf.setBackend(earlier)
  })

  for (const convolution of CONVOLUTIONS) {
    const { size, kernel, strides, pad } = convolution
    const title = `${size} px, kernel ${kernel}, strides ${strides}, padding ${pad}`
    it(`are those of the JavaScript backend: ${title}`, async () => {
      await agree(convolution, tf.conv2d, 4)
      await agree(convolution, tf.depthwiseConv2d, 1)
    })
  }

  it('leave no tensor behind', async () => {
    await tf.setBackend('wasm')
    const before = tf.memory().numTensors
    gradients({ size: 8, kernel: 3, strides: 2, pad: 'same' }, tf.conv2d, 4)
    gradients({ size: 8, kernel: 3, strides: 2, pad: 'same' }, tf.depthwiseConv2d, 1)
    assert.equal(tf.memory().numTensors, before)
  })

  it('say so for a depth multiplier', async () => {
    await tf.setBackend('wasm')
    const several = () =>
      gradients({ size: 8, kernel: 3, strides: 1, pad: 'same' }, tf.depthwiseConv2d, 2)
    assert.throws(several, /depth multiplier other than 1 has no gradient/)
  })
})

async function agree(convolution: Convolution, convolve: Convolve, filters: number): Promise<void> {
  await tf.setBackend('cpu')
  const expected = gradients(convolution, convolve, filters)
  await tf.setBackend('wasm')
  const actual = gradients(convolution, convolve, filters)
  for (const [i, values] of expected.entries()) {
    const largest = Math.max(...values.map(Math.abs))
    const apart = Math.max(...values.map((value, k) => Math.abs(value - (actual[i]?.[k] ?? NaN))))
    assert.ok(largest > 1, 'gradients of 0 prove nothing')
    assert.ok(apart / largest < 2e-6, `${apart} apart at up to ${largest}`)
  }
}

/** Of the sum of squares, by the input and by the filter. */
function gradients(
  { size, kernel, strides, pad }: Convolution,
  convolve: Convolve,
  filters: number,
): Float32Array[] {
  return tf.tidy(() => {
    const x = tf.randomNormal([2, size, size, 3], 0, 1, 'float32', 1)
    const filter = tf.randomNormal([kernel, kernel, 3, filters], 0, 1, 'float32', 2)
    const loss = (input: tf.Tensor, weights: tf.Tensor): tf.Tensor =>
      tf.sum(tf.square(convolve(input as tf.Tensor4D, weights as tf.Tensor4D, strides, pad)))
    return tf
      .grads(loss)([x, filter])
      .map((gradient) => gradient.dataSync<'float32'>())
  })
}
