import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { readWeights, type Weights } from './weights'

/**
 * A moving average of a network's weights, batch norms' statistics among them: it generalises as
 * an ensemble of the last steps' networks would (Polyak and Juditsky 1992).
 */
export interface WeightAverage {
  /** Takes the network's present weights in. */
  update(): void
  read(): { readonly weights: Weights; readonly steps: number }
  dispose(): void
}

/** How much of the average a step leaves as it is: it is over some 500 steps. */
const DECAY = 0.998

/** @param from an earlier average to go on with, and after how many steps that was */
export function createWeightAverage(
  network: LayersModel,
  from?: { readonly weights: Weights; readonly steps: number },
): WeightAverage {
  const names = network.weights.map(({ name }) => name)
  // A tidy leaves variables alone, and takes what they were made of.
  const averages = tf.tidy(() =>
    network.weights.map((weight, i) => {
      const earlier = from?.weights[i]
      const first = earlier
        ? tf.tensor(earlier.values, [...earlier.shape])
        : tf.clone(weight.read())
      return tf.variable(first, false)
    }),
  )
  let steps = from?.steps ?? 0
  return {
    update() {
      steps += 1
      // At first it is short, or it would be of the random first weights for long.
      const decay = Math.min(DECAY, (1 + steps) / (10 + steps))
      tf.tidy(() => {
        for (const [i, average] of averages.entries()) {
          const now = network.weights[i]?.read()
          if (now) average.assign(tf.add(tf.mul(average, decay), tf.mul(now, 1 - decay)))
        }
      })
    },
    read: () => ({
      weights: readWeights(averages.map((tensor, i) => ({ name: names[i] ?? '', tensor }))),
      steps,
    }),
    dispose() {
      tf.dispose(averages)
    },
  }
}
