import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { createWeightAverage, type WeightAverage } from './average'
import { requireConverging } from './diverged-error'
import { useTensorflowKernels } from './kernels/tensorflow'
import type { PhotoStore } from './data/photo-store'
import { measure, predict } from './evaluate'
import type { LabelledPhotos } from './photos'
import { toFinal, type Progress } from './progress'
import { createRandom } from './random'
import { toLabelWeights } from './label-weights'
import { createTrainer, disposeTrainer, type Trainer } from './step'
import type { Teacher } from './teacher'
import { trainEpoch } from './epoch'
import type { StepProgress } from './tell-progress'
import type { ViewOptions } from './views'
import { readNetworkWeights, readWeights, toTensors, writeNetworkWeights } from './weights'

/** Photos to learn from. */
export interface Lessons {
  /** Larger than the network's input, which leaves crops something to zoom into. */
  readonly photos: PhotoStore
  /** Place of each photo's label; undefined where only a teacher knows. */
  readonly labels: readonly (number | undefined)[]
  /** Those that are learnt from; all, if it is not said. */
  readonly places?: readonly number[]
  readonly teacher?: Teacher | undefined
}

/** What is learnt from, how, and for how long. */
export interface TrainOptions {
  readonly lessons: Lessons
  /** At the network's input size. */
  readonly validation: LabelledPhotos
  /** pixel = value * scale + offset. */
  readonly scale: number
  readonly offset: number
  readonly epochs: number
  readonly seed: number
  readonly batchSize: number
  readonly learningRate: number
  readonly weightDecay: number
  /** Width and height of what the network is shown. */
  readonly trainingSize: number
  readonly viewing: ViewOptions
  /** Ends the training after so many epochs without a lower validation loss. */
  readonly patience: number
  /** Called after every epoch and awaited, so that the progress can be kept. */
  readonly onEpoch?: (progress: Progress) => Promise<void> | void
  /** Called after every step. */
  readonly onStep?: ((progress: StepProgress) => void) | undefined
  /** Stops the training after a step, with its reason. */
  readonly signal?: AbortSignal | undefined
  /** Where an earlier training with the same options was left. */
  readonly from?: Progress | undefined
}

/**
 * Trains a network in place: Nesterov momentum with a warm-up and a cosine schedule, label
 * smoothing, more weight for rare labels, a moving average of the weights, and, if there is one, a
 * teacher to imitate. Ends with the averaged weights that `toFinal` chooses.
 *
 * @returns the last epoch's progress; equal seeds on one engine give equal weights
 * @throws DivergedError if a loss is no number, or no loss of a training: such weights would be neither kept nor better than others
 */
export async function train(network: LayersModel, options: TrainOptions): Promise<Progress> {
  const { lessons, from, onEpoch } = options
  useTensorflowKernels(network)
  const trainer = createTrainer(network, {
    labelWeights: toLabelWeights(lessons.labels),
    weightDecay: options.weightDecay,
    teacherWidth: lessons.teacher?.width,
  })
  if (from !== undefined) await restore(network, trainer, from)
  const average = createWeightAverage(network, from?.average)
  try {
    let progress = from
    while (progress === undefined || isGoingOn(progress, options)) {
      const epoch: number = (progress?.log.length ?? 0) + 1
      const random = createRandom(options.seed, epoch)
      const trained = await trainEpoch({ trainer, average, epoch, random, ...options })
      progress = await follow(
        { network, trainer, average },
        progress,
        { epoch, ...trained },
        options,
      )
      await onEpoch?.(progress)
    }
    writeNetworkWeights(network, toFinal(progress, options.epochs).weights)
    return progress
  } finally {
    average.dispose()
    disposeTrainer(trainer)
  }
}

function isGoingOn({ log, best }: Progress, { epochs, patience }: TrainOptions): boolean {
  return log.length < epochs && log.length - best.epoch < patience
}

interface Learner {
  readonly network: LayersModel
  readonly trainer: Trainer
  readonly average: WeightAverage
}

/** Measures the averaged weights on the validation part and puts the epoch behind the earlier ones. */
async function follow(
  { network, trainer, average }: Learner,
  before: Progress | undefined,
  trained: { readonly epoch: number; readonly loss: number; readonly accuracy: number },
  { validation, scale, offset }: TrainOptions,
): Promise<Progress> {
  const [weights, averaged] = [readNetworkWeights(network), average.read()]
  writeNetworkWeights(network, averaged.weights)
  const probabilities = predict(network, validation, { scale, offset })
  writeNetworkWeights(network, weights)
  const { loss, accuracy } = measure(probabilities, validation.labels)
  const entry = { ...trained, validationLoss: loss, validationAccuracy: accuracy }
  requireConverging(entry)
  const [iterations, ...velocities] = await trainer.optimizer.getWeights()
  iterations?.tensor.dispose()
  const earlier = before?.log ?? []
  const lowest = Math.min(...earlier.map(({ validationLoss }) => validationLoss))
  const best =
    before && lowest <= loss ? before.best : { epoch: entry.epoch, weights: averaged.weights }
  const projection = trainer.projection
  return {
    log: [...earlier, entry],
    weights,
    projection: projection ? readWeights([{ name: 'projection', tensor: projection }]) : [],
    velocities: readWeights(velocities),
    average: averaged,
    best,
  }
}

async function restore(network: LayersModel, trainer: Trainer, from: Progress): Promise<void> {
  writeNetworkWeights(network, from.weights)
  const [projection] = toTensors(from.projection)
  if (projection !== undefined) trainer.projection?.assign(projection.tensor as tf.Tensor2D)
  // The optimizer expects its count of steps first, of which momentum makes no use.
  const count = { name: 'iter', tensor: tf.scalar(0, 'int32') as tf.Tensor }
  const state = [count, ...toTensors(from.velocities)]
  await trainer.optimizer.setWeights(state)
  tf.dispose([...state, ...(projection ? [projection] : [])].map(({ tensor }) => tensor))
}
