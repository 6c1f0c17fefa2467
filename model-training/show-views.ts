import * as tf from '@tensorflow/tfjs-core'
import { toPhotoBytes, type PhotoStore } from './data/photo-store'
import { layView } from './lay-view'
import type { View } from './views'

/**
 * Shows one view of each of some photos.
 *
 * @param views one a photo
 * @param size width and height of the outcome
 * @returns [places, size, size, 3], 0..255; the caller disposes it
 */
export function showViews(
  photos: PhotoStore,
  { places, views }: { readonly places: readonly number[]; readonly views: readonly View[] },
  size: number,
): tf.Tensor4D {
  const values = new Float32Array(places.length * toPhotoBytes(size))
  const rgb = new Uint8Array(toPhotoBytes(photos.size))
  for (const [i, { box, over }] of views.entries()) {
    const canvas = { values, offset: i * toPhotoBytes(size), size }
    photos.read(places[i] ?? -1, rgb)
    layView({ rgb, size: photos.size }, box, canvas, 1)
    if (over === undefined) continue
    photos.read(over.photo, rgb)
    layView({ rgb, size: photos.size }, over.box, canvas, over.share)
  }
  return tf.tensor4d(values, [places.length, size, size, 3])
}
