import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/** Changes those values of a network's weights whose names contain a word. */
export function changeWeights(
  network: LayersModel,
  word: string,
  change: (value: number, index: number) => number,
): LayersModel {
  for (const weight of network.weights) {
    if (!weight.name.includes(word)) continue
    const before = weight.read()
    const values = Array.from(before.dataSync<'float32'>(), change)
    tf.tidy(() => {
      weight.write(tf.tensor(values, before.shape))
    })
  }
  return network
}
