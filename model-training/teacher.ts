import * as tf from '@tensorflow/tfjs-core'
import type { FeatureCache } from './feature-cache'
import type { Head } from './head'

/** What a teacher makes of some photos in one view. */
export interface Opinion {
  /** Standardised, [photos, width]. */
  readonly features: tf.Tensor2D
  /** [photos, labels]. */
  readonly logits: tf.Tensor2D
}

/** A backbone with a head, as a student's model. */
export interface Teacher {
  /** How many features it has. */
  readonly width: number
  /** How many views of each photo it is asked for: they come round again. */
  readonly views: number
  /** Reads or computes its opinion of one view of all photos. */
  open(view: number): Promise<OpenView>
}

/** A teacher's opinion of all photos in one view, in memory. */
export interface OpenView {
  /** Of the photos at these places; the caller disposes of it. */
  opinionOf(places: readonly number[]): Opinion
}

interface TeacherOptions {
  /** Of the photos that are learnt from. */
  readonly cache: FeatureCache
  readonly head: Head
  /** How many features the backbone has. */
  readonly width: number
  readonly views: number
}

/** Keeps a feature that hardly varies from weighing like the others. */
const SMALLEST_VARIANCE = 1e-4

/** Its features are standardised by those of the whole photos, so that each weighs the same. */
export async function createTeacher(options: TeacherOptions): Promise<Teacher> {
  const { cache, head, width, views } = options
  const { mean, deviation } = toStatistics(await cache.read(undefined), width)
  return {
    width,
    views,
    async open(view) {
      const all = await cache.read(view % views)
      return {
        opinionOf: (places) =>
          tf.tidy(() => {
            const rows = new Float32Array(places.length * width)
            for (const [i, place] of places.entries()) {
              rows.set(all.subarray(place * width, (place + 1) * width), i * width)
            }
            const raw = tf.tensor2d(rows, [places.length, width])
            const kernel = tf.tensor2d(head.kernel, [width, head.bias.length])
            return {
              features: tf.div<tf.Tensor2D>(tf.sub(raw, mean), deviation),
              logits: tf.add<tf.Tensor2D>(tf.matMul(raw, kernel), tf.tensor1d(head.bias)),
            }
          }),
      }
    },
  }
}

/** Mean and standard deviation of each feature, [width]. */
function toStatistics(features: Float32Array, width: number) {
  const photos = features.length / width
  const [mean, variance] = [new Float64Array(width), new Float64Array(width)]
  const add = (to: Float64Array, place: number, value: number) => {
    to[place] = (to[place] ?? 0) + value / photos
  }
  for (const [i, value] of features.entries()) add(mean, i % width, value)
  for (const [i, value] of features.entries()) {
    add(variance, i % width, (value - (mean[i % width] ?? 0)) ** 2)
  }
  return {
    mean: Float32Array.from(mean),
    deviation: Float32Array.from(variance, (value) => Math.sqrt(value + SMALLEST_VARIANCE)),
  }
}
