import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel, layers } from '@tensorflow/tfjs-layers'

/** The parts of tfjs-node's backend that run a TensorFlow operation by its name. */
interface TensorflowBackend {
  readonly binding: Readonly<
    Record<'TF_ATTR_TYPE' | 'TF_ATTR_FLOAT' | 'TF_ATTR_STRING' | 'TF_ATTR_BOOL', number>
  >
  executeSingleOutput(
    operation: string,
    attributes: readonly Attribute[],
    inputs: readonly tf.Tensor[],
  ): tf.Tensor
  executeMultipleOutputs(
    operation: string,
    attributes: readonly Attribute[],
    inputs: readonly tf.Tensor[],
    outputs: number,
  ): tf.Tensor[]
}

interface Attribute {
  readonly name: string
  readonly type: number
  readonly value: number | string | boolean
}

type Weight = layers.Layer['weights'][number]

/** TensorFlow's number of its type float32 (types.proto). */
const FLOAT32 = 1

const backend = (): TensorflowBackend => tf.backend() as unknown as TensorflowBackend

const isTensorflow = (): boolean => tf.getBackend() === 'tensorflow'

/**
 * Lets tfjs-node compute ReLU's gradient and batch norms in one TensorFlow operation each, where
 * TensorFlow.js 4.22 composes them of 4 and 20. Does nothing on other backends.
 */
export function useTensorflowKernels(network: LayersModel): void {
  if (!isTensorflow()) return
  registerReluGradient()
  for (const layer of network.layers) {
    if (layer.getClassName() === 'BatchNormalization') fuseBatchNorm(layer)
  }
}

function registerReluGradient(): void {
  tf.registerGradient({
    kernelName: tf.Relu,
    inputsToSave: ['x'],
    gradFunc: (dy, [x]) => ({
      x: () =>
        isTensorflow() ? reluGradient(dy as tf.Tensor, x) : tf.mul(dy as tf.Tensor, step(x)),
    }),
  })
}

const step = (x: tf.Tensor | undefined): tf.Tensor => tf.cast(tf.step(needed(x)), 'float32')

const reluGradient = (dy: tf.Tensor, x: tf.Tensor | undefined): tf.Tensor =>
  backend().executeSingleOutput('ReluGrad', [typeAttribute('T')], [dy, needed(x)])

/** In training, and only then, the layer's whole work is one operation, and its gradient another. */
function fuseBatchNorm(layer: layers.Layer): void {
  const { epsilon, momentum } = layer.getConfig() as { epsilon: number; momentum: number }
  const plain = layer.call.bind(layer)
  const follow = (weight: Weight | undefined, now: tf.Tensor) =>
    weight?.write(tf.add(tf.mul(weight.read(), momentum), tf.mul(now, 1 - momentum)))
  layer.call = (inputs, kwargs) => {
    const [x] = [inputs].flat()
    if (kwargs['training'] !== true || x?.rank !== 4 || !isTensorflow()) {
      return plain(inputs, kwargs)
    }
    const [gamma, beta, movingMean, movingVariance] = layer.weights
    const attributes = toBatchNormAttributes(epsilon)
    const normalise = toBatchNorm(attributes, (mean, variance) => {
      follow(movingMean, mean)
      follow(movingVariance, variance)
    })
    return tf.tidy(() => normalise(x, needed(gamma?.read()), needed(beta?.read())))
  }
}

/** Normalises (x, gamma, beta), and hands out mean and variance of the batch, which live as long as that call. */
function toBatchNorm(
  attributes: readonly Attribute[],
  onStatistics: (mean: tf.Tensor, variance: tf.Tensor) => void,
) {
  return tf.customGrad((...args) => {
    const [x, gamma, beta, save] = args as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc]
    const none = tf.zeros([0])
    const inputs = [x, gamma, beta, none, none]
    const outputs = backend().executeMultipleOutputs('FusedBatchNormV3', attributes, inputs, 6)
    const [y, mean, variance, ...reserved] = outputs
    // TensorFlow's variance is the unbiased one, TensorFlow.js averages the plain one.
    const count = x.size / (x.shape.at(-1) ?? 1)
    onStatistics(needed(mean), tf.mul(needed(variance), (count - 1) / count))
    save([x, gamma, ...reserved])
    const gradFunc = (dy: tf.Tensor | tf.Tensor[], saved: tf.Tensor[]): tf.Tensor[] => {
      const known = [...[dy].flat(), ...saved]
      return backend()
        .executeMultipleOutputs('FusedBatchNormGradV3', attributes, known, 5)
        .slice(0, 3)
    }
    return { value: needed(y), gradFunc }
  })
}

function toBatchNormAttributes(epsilon: number): Attribute[] {
  const { TF_ATTR_FLOAT, TF_ATTR_STRING, TF_ATTR_BOOL } = backend().binding
  return [
    typeAttribute('T'),
    typeAttribute('U'),
    { name: 'epsilon', type: TF_ATTR_FLOAT, value: epsilon },
    { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' },
    { name: 'is_training', type: TF_ATTR_BOOL, value: true },
  ]
}

const typeAttribute = (name: string): Attribute => ({
  name,
  type: backend().binding.TF_ATTR_TYPE,
  value: FLOAT32,
})

function needed(tensor: tf.Tensor | undefined): tf.Tensor {
  if (tensor === undefined) throw new Error('an operation was called without its tensors')
  return tensor
}
