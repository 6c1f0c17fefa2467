import * as tf from '@tensorflow/tfjs-core'
import type { PhotoStore } from './data/photo-store'

/** Some photos as one tensor, [places, size, size, 3], 0..255. */
export function readBatch(photos: PhotoStore, places: readonly number[]): tf.Tensor4D {
  const { size } = photos
  const bytes = new Uint8Array(places.length * size * size * 3)
  for (const [i, place] of places.entries()) photos.read(place, bytes, i * size * size * 3)
  return tf.tensor4d(new Float32Array(bytes), [places.length, size, size, 3])
}
