import * as tf from '@tensorflow/tfjs-core'
import { changeColours, drawColourChange } from './augment'
import type { WeightAverage } from './average'
import { shuffle, type Random } from './random'
import { readBatch } from './read-batch'
import { schedule } from './schedule'
import { trainStep, type Trainer } from './step'
import type { OpenView } from './teacher'
import type { Lessons } from './train'
import { crop, toBox } from './views'

interface EpochOptions {
  readonly trainer: Trainer
  readonly average: WeightAverage
  readonly lessons: Lessons
  /** From 1. */
  readonly epoch: number
  readonly epochs: number
  readonly random: Random
  readonly seed: number
  readonly batchSize: number
  readonly learningRate: number
  readonly smallestArea: number
  readonly scale: number
  readonly offset: number
}

/**
 * Shows the network every photo once, one view of each.
 *
 * @returns mean loss, and share of the photos with a label that were predicted right
 */
export async function trainEpoch(
  options: EpochOptions,
): Promise<{ readonly loss: number; readonly accuracy: number }> {
  const { trainer, average, lessons, epoch, random, batchSize } = options
  const order = shuffle(lessons.places ?? [...lessons.labels.keys()], random)
  // The last few photos, too few for batch norm, wait for the next epoch's order.
  const steps = Math.floor(order.length / batchSize) || 1
  // A teacher is asked for a few views only, which then come round again.
  const view = lessons.teacher ? (epoch - 1) % lessons.teacher.views : epoch - 1
  const open = await lessons.teacher?.open(view)
  const sum = { loss: 0, correct: 0, known: 0 }
  for (let step = 0; step < steps; step += 1) {
    const done = (epoch - 1 + (step + 1) / steps) / options.epochs
    trainer.optimizer.setLearningRate(options.learningRate * schedule(done, options.epochs))
    const places = order.slice(step * batchSize, (step + 1) * batchSize)
    const labels = places.map((place) => lessons.labels[place])
    const { loss, correct } = learn({ ...options, view, open }, places, labels)
    average.update()
    sum.loss += loss / steps
    sum.correct += correct
    sum.known += labels.filter((label) => label !== undefined).length
  }
  return { loss: sum.loss, accuracy: sum.correct / Math.max(1, sum.known) }
}

function learn(
  options: EpochOptions & { readonly view: number; readonly open: OpenView | undefined },
  places: readonly number[],
  labels: readonly (number | undefined)[],
): { readonly loss: number; readonly correct: number } {
  const teacher = options.open?.opinionOf(places)
  const pixels = toPixels(options, places)
  const target = { labels, ...(teacher && { teacher }) }
  const outcome = trainStep(options.trainer, pixels, target, options.random)
  tf.dispose([pixels, teacher?.features ?? [], teacher?.logits ?? []])
  return outcome
}

/** [places, size, size, 3], cropped, recoloured and normalised. */
function toPixels(
  {
    trainer,
    lessons,
    seed,
    smallestArea,
    random,
    scale,
    offset,
    view,
  }: EpochOptions & {
    readonly view: number
  },
  places: readonly number[],
): tf.Tensor4D {
  const size = trainer.body.inputs[0]?.shape[1] ?? lessons.photos.size
  const boxes = places.map((photo) => toBox(seed, { photo, view }, smallestArea))
  const changes = places.map(() => drawColourChange(random))
  return tf.tidy(() => {
    const seen = crop(readBatch(lessons.photos, places), boxes, size)
    return tf.add<tf.Tensor4D>(tf.mul(changeColours(seen, changes), scale), offset)
  })
}
