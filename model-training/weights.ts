import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/** A tensor's values outside TensorFlow.js. */
interface Values {
  readonly name: string
  readonly shape: readonly number[]
  readonly values: Float32Array
}

interface NamedTensor {
  readonly name: string
  readonly tensor: tf.Tensor
}

/** Of a network or an optimizer, in its order. */
export type Weights = readonly Values[]

/** Copies tensors out; they stay the caller's. */
export function readWeights(tensors: readonly NamedTensor[]): Weights {
  return tensors.map(({ name, tensor }) => ({
    name,
    shape: tensor.shape,
    values: Float32Array.from(tensor.dataSync()),
  }))
}

/** Copies the weights of a network, trainable ones and batch norms' averages. */
export function readNetworkWeights(network: LayersModel): Weights {
  return readWeights(
    network.weights.map((weight) => ({ name: weight.name, tensor: weight.read() })),
  )
}

/**
 * Overwrites all weights of a network with those read from an equal one.
 *
 * @throws Error if number or shapes differ
 */
export function writeNetworkWeights(network: LayersModel, weights: Weights): void {
  if (network.weights.length !== weights.length) {
    throw new Error(`${weights.length} weights do not fit a network of ${network.weights.length}`)
  }
  tf.tidy(() => {
    for (const [i, { shape, values }] of weights.entries()) {
      network.weights[i]?.write(tf.tensor(values, [...shape]))
    }
  })
}

/** The other way round from `readWeights`: new tensors, the caller's. */
export function toTensors(weights: Weights): NamedTensor[] {
  return weights.map(({ name, shape, values }) => ({ name, tensor: tf.tensor(values, [...shape]) }))
}
