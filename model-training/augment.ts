import * as tf from '@tensorflow/tfjs-core'
import { between, type Random } from './random'

/** How one photo is changed for one epoch. */
export interface Augmentation {
  /** Top, left, bottom and right of the part to keep, 0..1; left > right mirrors it. */
  readonly box: readonly [number, number, number, number]
  /** Gain of red, green and blue: exposure and white balance. */
  readonly gains: readonly [number, number, number]
  readonly contrast: number
  /** 0 is gray, 1 as it is. */
  readonly saturation: number
}

const SMALLEST_AREA = 0.4
const WIDEST_ASPECT = 4 / 3
const GRAY_SHARE = 0.08

/** ITU-R BT.601 luma. */
const LUMA = [0.299, 0.587, 0.114]

/** Draws a random crop (40 to 100 % of the area), mirroring and colour change. */
export function drawAugmentation(random: Random): Augmentation {
  const exposure = between(random, 0.75, 1.3)
  return {
    box: drawBox(random),
    gains: [
      exposure * between(random, 0.92, 1.08),
      exposure * between(random, 0.95, 1.05),
      exposure * between(random, 0.92, 1.08),
    ],
    contrast: between(random, 0.7, 1.35),
    saturation: random() < GRAY_SHARE ? 0 : between(random, 0.6, 1.4),
  }
}

function drawBox(random: Random): Augmentation['box'] {
  const side = Math.sqrt(between(random, SMALLEST_AREA, 1))
  const stretch = WIDEST_ASPECT ** between(random, -0.5, 0.5)
  const width = Math.min(1, side * stretch)
  const height = Math.min(1, side / stretch)
  const top = between(random, 0, 1 - height)
  const left = between(random, 0, 1 - width)
  const [first, last] = random() < 0.5 ? [left, left + width] : [left + width, left]
  return [top, first, top + height, last]
}

/**
 * Applies one augmentation to each photo of a batch.
 *
 * @param photos [batch, from, from, 3], 0..255; the caller disposes it
 * @param to width and height of the outcome
 * @returns [batch, to, to, 3], 0..255
 */
export function augment(
  photos: tf.Tensor4D,
  augmentations: readonly Augmentation[],
  to: number,
): tf.Tensor4D {
  return tf.tidy(() => {
    const count = augmentations.length
    const boxes = tf.tensor2d(
      augmentations.map(({ box }) => [...box]),
      [count, 4],
    )
    // tfjs-node has no kernel for tf.image.transform (rotation); this one crops, mirrors and zooms.
    const moved = tf.image.cropAndResize(photos, boxes, tf.range(0, count, 1, 'int32'), [to, to])
    const gains = tf.tensor4d(
      augmentations.flatMap((one) => one.gains),
      [count, 1, 1, 3],
    )
    const lit = tf.mul(moved, gains)
    const contrasted = spread(lit, tf.mean(lit, [1, 2, 3], true), column(augmentations, 'contrast'))
    const gray = tf.sum(tf.mul(contrasted, tf.tensor4d(LUMA, [1, 1, 1, 3])), 3, true)
    return tf.clipByValue(spread(contrasted, gray, column(augmentations, 'saturation')), 0, 255)
  })
}

const column = (augmentations: readonly Augmentation[], name: 'contrast' | 'saturation') =>
  tf.tensor4d(
    augmentations.map((one) => one[name]),
    [augmentations.length, 1, 1, 1],
  )

const spread = (values: tf.Tensor, centre: tf.Tensor, factor: tf.Tensor): tf.Tensor4D =>
  tf.add(tf.mul(tf.sub(values, centre), factor), centre)
