import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { loadTrainingEngine } from '../../model-training/engine'

/**
 * Runs the tests of a `describe` on the engine that trains, tfjs-node where it is built, else WebAssembly, or on the
 * JavaScript backend where neither loads, and puts back what was there before.
 */
export function useBackend(): void {
  let earlier: string | undefined
  before(async () => {
    earlier = tf.getBackend()
    try {
      await loadTrainingEngine()
    } catch {
      await tf.setBackend('cpu')
    }
  })
  after(async () => {
    if (earlier !== undefined) await tf.setBackend(earlier)
  })
}
