import { createRandom } from '../../../model-training/random'

/** Values between -1 and 1, the same for the same seed. */
export function randomPixels(length: number, seed = 1): Float32Array {
  const random = createRandom(seed)
  return Float32Array.from({ length }, () => random() * 2 - 1)
}
