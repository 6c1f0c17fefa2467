import assert from 'node:assert/strict'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { loadTrainingEngine } from '../../../model-training/engine'
import { useTensorflowKernels } from '../../../model-training/kernels/tensorflow'
import { skipUnless } from '../../helpers/optional'
import { whyNoTensorflow } from '../../helpers/tensorflow'

const MOMENTUM = 0.8

describe("TensorFlow's own kernels", () => {
  let earlier: string | undefined
  before(async function () {
    skipUnless(this, whyNoTensorflow())
    earlier = tf.getBackend()
    await loadTrainingEngine()
    await tf.setBackend('tensorflow')
  })
  after(async () => {
    if (earlier !== undefined) await tf.setBackend(earlier)
  })

  it('train as what TensorFlow.js composes: outcome, gradients, moving averages', () => {
    const [plain, fused] = [createNetwork(), createNetwork()]
    useTensorflowKernels(fused)
    const [expected, actual] = [trainOnce(plain), trainOnce(fused)]
    assert.deepEqual(Object.keys(actual), Object.keys(expected))
    for (const [name, values] of Object.entries(expected)) {
      const largest = Math.max(...values.map(Math.abs))
      const apart = values.map((value, i) => Math.abs(value - (actual[name]?.[i] ?? NaN)))
      assert.ok(largest > 1e-3, `${name}: zeros prove nothing`)
      assert.ok(Math.max(...apart) < 2e-5 * largest, `${name}: ${Math.max(...apart)} apart`)
    }
  })

  it('are what trains: a batch norm is one operation', async () => {
    const names = async (network: tfl.LayersModel): Promise<Set<string>> => {
      const profile = await tf.profile(() => {
        trainOnce(network)
        return tf.scalar(0)
      })
      return new Set(profile.kernelNames)
    }
    const [plain, fused] = [createNetwork(), createNetwork()]
    useTensorflowKernels(fused)
    assert.ok((await names(plain)).has('FusedBatchNorm'))
    assert.ok(!(await names(fused)).has('FusedBatchNorm'))
  })

  it('predict as before', () => {
    const network = createNetwork()
    const before = predict(network)
    useTensorflowKernels(network)
    assert.deepEqual(predict(network), before)
  })

  it('leave no tensor behind', () => {
    const network = createNetwork()
    useTensorflowKernels(network)
    trainOnce(network)
    const before = tf.memory().numTensors
    trainOnce(network)
    assert.equal(tf.memory().numTensors, before)
  })
})

function createNetwork(): tfl.LayersModel {
  const kernelInitializer = tfl.initializers.heNormal({ seed: 1 })
  const input = tfl.input({ shape: [6, 6, 3] })
  const conv = tfl.layers.conv2d({
    name: 'conv',
    filters: 4,
    kernelSize: 3,
    useBias: false,
    kernelInitializer,
  })
  const norm = tfl.layers.batchNormalization({ name: 'norm', momentum: MOMENTUM })
  const output = tfl.layers.reLU().apply(norm.apply(conv.apply(input))) as tfl.SymbolicTensor
  return tfl.model({ inputs: input, outputs: output })
}

const toInput = (): tf.Tensor => tf.randomNormal([5, 6, 6, 3], 1, 2, 'float32', 3)

const predict = (network: tfl.LayersModel): Float32Array =>
  tf.tidy(() => (network.predict(toInput()) as tf.Tensor).dataSync<'float32'>())

/** The outcome, every gradient, and the moving averages after it. */
function trainOnce(network: tfl.LayersModel): Record<string, Float32Array> {
  return tf.tidy(() => {
    const x = toInput()
    const target = tf.randomNormal([5, 4, 4, 4], 0, 1, 'float32', 4)
    const loss = (): tf.Scalar => {
      const outcome = network.apply(x, { training: true }) as tf.Tensor
      return tf.sum<tf.Scalar>(tf.square(tf.sub(outcome, target)))
    }
    const { value, grads } = tf.variableGrads(loss)
    const variables = new Set(network.trainableWeights.map((weight) => weight.originalName))
    const gradients = Object.entries(grads).map(([, gradient], i) => [
      `gradient ${i}`,
      gradient.dataSync<'float32'>(),
    ])
    assert.equal(gradients.length, variables.size)
    const averages = network.weights
      .filter((weight) => weight.originalName.includes('moving'))
      .map((weight) => [weight.originalName, weight.read().dataSync<'float32'>()])
    assert.equal(averages.length, 2)
    return {
      loss: value.dataSync<'float32'>(),
      ...(Object.fromEntries([...gradients, ...averages]) as Record<string, Float32Array>),
    }
  })
}
