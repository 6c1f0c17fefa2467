import * as tf from '@tensorflow/tfjs-core'
import { between, type Random } from './random'

/** How the colours of one photo are changed for one step. */
export interface ColourChange {
  /** Gain of red, green and blue: exposure and white balance. */
  readonly gains: readonly [number, number, number]
  readonly contrast: number
  /** 0 is gray, 1 as it is. */
  readonly saturation: number
}

const GRAY_SHARE = 0.08

/** ITU-R BT.601 luma. */
const LUMA = [0.299, 0.587, 0.114]

/** Draws exposure, white balance, contrast and saturation. */
export function drawColourChange(random: Random): ColourChange {
  const exposure = between(random, 0.75, 1.3)
  return {
    gains: [
      exposure * between(random, 0.92, 1.08),
      exposure * between(random, 0.95, 1.05),
      exposure * between(random, 0.92, 1.08),
    ],
    contrast: between(random, 0.7, 1.35),
    saturation: random() < GRAY_SHARE ? 0 : between(random, 0.6, 1.4),
  }
}

/**
 * Applies one change to each photo of a batch.
 *
 * @param photos [batch, size, size, 3], 0..255; the caller disposes it
 * @returns [batch, size, size, 3], 0..255
 */
export function changeColours(photos: tf.Tensor4D, changes: readonly ColourChange[]): tf.Tensor4D {
  return tf.tidy(() => {
    const gains = tf.tensor4d(
      changes.flatMap((one) => one.gains),
      [changes.length, 1, 1, 3],
    )
    const lit = tf.mul(photos, gains)
    const contrasted = spread(lit, tf.mean(lit, [1, 2, 3], true), column(changes, 'contrast'))
    const gray = tf.sum(tf.mul(contrasted, tf.tensor4d(LUMA, [1, 1, 1, 3])), 3, true)
    return tf.clipByValue(spread(contrasted, gray, column(changes, 'saturation')), 0, 255)
  })
}

const column = (changes: readonly ColourChange[], name: 'contrast' | 'saturation') =>
  tf.tensor4d(
    changes.map((one) => one[name]),
    [changes.length, 1, 1, 1],
  )

const spread = (values: tf.Tensor, centre: tf.Tensor, factor: tf.Tensor): tf.Tensor4D =>
  tf.add(tf.mul(tf.sub(values, centre), factor), centre)
