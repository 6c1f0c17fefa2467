import { setImmediate } from 'node:timers/promises'
import * as tf from '@tensorflow/tfjs-core'
import { changeColours, drawColourChange } from './augment'
import type { WeightAverage } from './average'
import { shuffle, type Random } from './random'
import { schedule } from './schedule'
import { showViews } from './show-views'
import { trainStep, type Trainer } from './step'
import type { OpenView } from './teacher'
import type { StepProgress } from './tell-progress'
import type { Lessons } from './train'
import { toView, type View, type ViewOptions } from './views'

interface EpochOptions {
  readonly trainer: Trainer
  readonly average: WeightAverage
  readonly lessons: Lessons
  /** From 1. */
  readonly epoch: number
  readonly epochs: number
  readonly random: Random
  readonly batchSize: number
  readonly learningRate: number
  readonly viewing: ViewOptions
  /** Width and height of what the network is shown. */
  readonly trainingSize: number
  readonly scale: number
  readonly offset: number
  readonly onStep?: ((progress: StepProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

interface Batch {
  readonly places: readonly number[]
  /** One a photo, as the labels. */
  readonly views: readonly View[]
  readonly labels: readonly (number | undefined)[]
}

/**
 * Shows the network every photo once, one view of each; of a last batch that is not full, nothing, unless it is the only
 * one.
 *
 * @returns mean loss, and share of the photos with a label that were predicted right
 */
export async function trainEpoch(
  options: EpochOptions,
): Promise<{ readonly loss: number; readonly accuracy: number }> {
  const { trainer, average, lessons, epoch, random, batchSize } = options
  const order = shuffle(lessons.places ?? [...lessons.labels.keys()], random)
  // The last few photos, too few for batch norm, wait for the next epoch's order.
  const steps = Math.max(1, Math.floor(order.length / batchSize))
  // A teacher is asked for a few views only, which then come round again.
  const view = lessons.teacher ? (epoch - 1) % lessons.teacher.views : epoch - 1
  const open = await lessons.teacher?.open(view)
  const sum = { loss: 0, correct: 0, known: 0 }
  for (let step = 0; step < steps; step += 1) {
    const done = (epoch - 1 + (step + 1) / steps) / options.epochs
    trainer.optimizer.setLearningRate(options.learningRate * schedule(done, options.epochs))
    const places = order.slice(step * batchSize, (step + 1) * batchSize)
    const views = places.map((photo) =>
      toView({ photo, view, photos: lessons.photos.count }, options.viewing),
    )
    // No label describes two photos.
    const labels = places.map((place, i) => (views[i]?.over ? undefined : lessons.labels[place]))
    const { loss, correct } = learn({ ...options, open }, { places, views, labels })
    average.update()
    sum.loss += loss / steps
    sum.correct += correct
    sum.known += labels.filter((label) => label !== undefined).length
    options.onStep?.({ epoch, done: step + 1, all: steps })
    // Steps are synchronous: whoever wants to stop them would wait for the end of the epoch.
    await setImmediate()
    options.signal?.throwIfAborted()
  }
  return { loss: sum.loss, accuracy: sum.correct / Math.max(1, sum.known) }
}

function learn(
  options: EpochOptions & { readonly open: OpenView | undefined },
  { places, views, labels }: Batch,
): { readonly loss: number; readonly correct: number } {
  const teacher = options.open?.opinionOf(places)
  const pixels = toPixels(options, { places, views })
  const target = { labels, ...(teacher && { teacher }) }
  const outcome = trainStep(options.trainer, pixels, target, options.random)
  tf.dispose([pixels, teacher?.features ?? [], teacher?.logits ?? []])
  return outcome
}

/** [places, size, size, 3], recoloured and normalised. */
function toPixels(
  { lessons, trainingSize, random, scale, offset }: EpochOptions,
  { places, views }: Pick<Batch, 'places' | 'views'>,
): tf.Tensor4D {
  const changes = places.map(() => drawColourChange(random))
  return tf.tidy(() => {
    const seen = showViews(lessons.photos, { places, views }, trainingSize)
    return tf.add<tf.Tensor4D>(tf.mul(changeColours(seen, changes), scale), offset)
  })
}
