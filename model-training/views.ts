import * as tf from '@tensorflow/tfjs-core'
import { between, createRandom, type Random } from './random'

/**
 * Top, left, bottom and right of the part of a photo to keep, 0..1; left > right mirrors it.
 */
export type Box = readonly [number, number, number, number]

const WIDEST_ASPECT = 4 / 3

/**
 * What is seen of a photo in one view of it: a random part (`smallestArea` to all of the area), every
 * other one mirrored. The same for the same seed, photo and view, so that a teacher's opinion of a
 * view can be kept.
 */
export function toBox(
  seed: number,
  { photo, view }: { readonly photo: number; readonly view: number },
  smallestArea: number,
): Box {
  return drawBox(createRandom(seed, view, photo), smallestArea)
}

function drawBox(random: Random, smallestArea: number): Box {
  const side = Math.sqrt(between(random, smallestArea, 1))
  const stretch = WIDEST_ASPECT ** between(random, -0.5, 0.5)
  const width = Math.min(1, side * stretch)
  const height = Math.min(1, side / stretch)
  const top = between(random, 0, 1 - height)
  const left = between(random, 0, 1 - width)
  const [first, last] = random() < 0.5 ? [left, left + width] : [left + width, left]
  return [top, first, top + height, last]
}

/** All of the photo, as serving sees it. */
export const WHOLE: Box = [0, 0, 1, 1]

/**
 * Cuts one box out of each photo.
 *
 * @param photos [batch, from, from, 3], 0..255
 * @param to width and height of the outcome
 * @returns [batch, to, to, 3], 0..255
 */
export function crop(photos: tf.Tensor4D, boxes: readonly Box[], to: number): tf.Tensor4D {
  return tf.tidy(() => {
    const places = tf.range(0, boxes.length, 1, 'int32')
    const corners = tf.tensor2d(
      boxes.map((box) => [...box]),
      [boxes.length, 4],
    )
    // tfjs-node has no kernel for tf.image.transform (rotation); this one crops, mirrors and zooms.
    return tf.image.cropAndResize(photos, corners, places, [to, to])
  })
}
