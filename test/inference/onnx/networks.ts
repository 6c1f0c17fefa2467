import * as tf from '@tensorflow/tfjs-core'
import { input, layers, model, sequential } from '@tensorflow/tfjs-layers'
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'

// Different, and one of them odd, so that swapped axes and asymmetric padding show.
export const HEIGHT = 11
export const WIDTH = 8

type Connect = (pixels: SymbolicTensor) => SymbolicTensor

/** A network of those layers and, after them, what makes five probabilities of their output. */
export function toSequential(body: readonly layers.Layer[]): LayersModel {
  const network = sequential()
  network.add(layers.inputLayer({ inputShape: [HEIGHT, WIDTH, 3] }))
  for (const layer of body) network.add(layer)
  if ((network.outputs[0]?.shape.length ?? 0) > 2) network.add(layers.flatten())
  network.add(createHead())
  return network
}

/** The same of connected layers. */
export function toFunctional(connect: Connect): LayersModel {
  const inputs = input({ shape: [HEIGHT, WIDTH, 3] })
  const body = connect(inputs)
  const flat = body.shape.length > 2 ? use(layers.flatten(), body) : body
  return model({ inputs, outputs: use(createHead(), flat) })
}

/** Connects the layer to its inputs. */
export function use(
  layer: layers.Layer,
  inputs: SymbolicTensor | SymbolicTensor[],
): SymbolicTensor {
  return layer.apply(inputs) as SymbolicTensor
}

/** The network with weights that make its probabilities differ, the same in every run. */
export function withRandomWeights(network: LayersModel): LayersModel {
  const values = network.weights.map(({ name, shape }, index) => {
    const sizes = shape as number[]
    // TensorFlow.js takes 0 for no seed.
    const seed = index + 1
    if (name.includes('moving_variance')) return tf.randomUniform(sizes, 0.5, 2, 'float32', seed)
    const inputs = sizes.slice(0, -1).reduce((product, size) => product * size, 1)
    return tf.randomNormal(sizes, 0, Math.sqrt(2 / inputs), 'float32', seed)
  })
  network.setWeights(values)
  tf.dispose(values)
  return network
}

function createHead(): layers.Layer {
  return layers.dense({ name: 'head', units: 5, activation: 'softmax' })
}
