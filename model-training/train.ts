import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { measure, predict } from './evaluate'
import type { LabelledPhotos } from './photos'
import { createRandom, shuffle } from './random'
import { createBatch, createTrainer, trainStep, type Trainer } from './step'
import { readNetworkWeights, readWeights, writeNetworkWeights, type Weights } from './weights'

/** What one epoch came to; losses are mean cross entropies in nats. */
export interface EpochLog {
  readonly epoch: number
  /** With label smoothing, label weights, dropout and augmentation. */
  readonly loss: number
  readonly accuracy: number
  /** Plain, on photos as serving sees them. */
  readonly validationLoss: number
  readonly validationAccuracy: number
}

/** All that training needs to go on after an epoch as if it had never stopped. */
export interface Progress {
  readonly log: readonly EpochLog[]
  readonly weights: Weights
  /** Velocity of every trainable weight. */
  readonly velocities: Weights
  /** Weights of the epoch with the lowest validation loss so far. */
  readonly best: { readonly epoch: number; readonly weights: Weights }
}

export interface TrainOptions {
  /** Stored larger than the network's input, which leaves augmentation something to zoom into. */
  readonly training: LabelledPhotos
  /** At the network's input size. */
  readonly validation: LabelledPhotos
  /** pixel = value * scale + offset. */
  readonly scale: number
  readonly offset: number
  readonly epochs: number
  readonly seed: number
  readonly batchSize?: number
  readonly learningRate?: number
  /** Called after every epoch and awaited, so that the progress can be kept. */
  readonly onEpoch?: (progress: Progress) => Promise<void> | void
  /** Where an earlier training with the same options was left. */
  readonly from?: Progress | undefined
}

const WARM_UP_EPOCHS = 2

/**
 * Trains a network in place: Nesterov momentum with a warm-up and a cosine schedule, label
 * smoothing, more weight for rare labels; ends at the epoch with the lowest validation loss.
 *
 * @returns the last epoch's progress; equal seeds on one engine give equal weights
 */
export async function train(network: LayersModel, options: TrainOptions): Promise<Progress> {
  const { epochs, from, onEpoch } = options
  const trainer = createTrainer(network, options.training.labels)
  try {
    let progress = from
    if (progress !== undefined) await restore(network, trainer, progress)
    for (let epoch = (progress?.log.length ?? 0) + 1; epoch <= epochs; epoch += 1) {
      const trained = trainEpoch(trainer, epoch, options)
      progress = await follow(network, trainer, progress, { epoch, ...trained }, options)
      await onEpoch?.(progress)
    }
    if (progress === undefined) throw new RangeError('training needs one epoch at least')
    writeNetworkWeights(network, progress.best.weights)
    return progress
  } finally {
    trainer.optimizer.dispose()
  }
}

function trainEpoch(
  trainer: Trainer,
  epoch: number,
  { training, scale, offset, epochs, seed, batchSize = 32, learningRate = 0.05 }: TrainOptions,
): Pick<EpochLog, 'loss' | 'accuracy'> {
  const random = createRandom(seed, epoch)
  const order = shuffle([...training.labels.keys()], random)
  const size = trainer.body.inputs[0]?.shape[1] ?? training.size
  // The last few photos, too few for batch norm, wait for the next epoch's order.
  const steps = Math.max(1, Math.floor(order.length / batchSize))
  const sum = { loss: 0, correct: 0, photos: 0 }
  for (let step = 0; step < steps; step += 1) {
    const done = epoch - 1 + (step + 1) / steps
    trainer.optimizer.setLearningRate(learningRate * schedule(done, epochs))
    const places = order.slice(step * batchSize, (step + 1) * batchSize)
    const batch = createBatch(training, places, { size, scale, offset, random })
    const { loss, correct } = trainStep(trainer, batch, random)
    batch.pixels.dispose()
    sum.loss += loss * places.length
    sum.correct += correct
    sum.photos += places.length
  }
  return { loss: sum.loss / sum.photos, accuracy: sum.correct / sum.photos }
}

/** Share of the learning rate after so many epochs: a line up, then half a cosine down to 0. */
function schedule(done: number, epochs: number): number {
  const warmUp = Math.min(WARM_UP_EPOCHS, epochs / 10)
  if (done < warmUp) return done / warmUp
  return (1 + Math.cos((Math.PI * (done - warmUp)) / (epochs - warmUp))) / 2
}

/** Measures the validation part and puts the epoch behind the earlier ones. */
async function follow(
  network: LayersModel,
  { optimizer }: Trainer,
  before: Progress | undefined,
  trained: Pick<EpochLog, 'epoch' | 'loss' | 'accuracy'>,
  { validation, scale, offset }: TrainOptions,
): Promise<Progress> {
  const probabilities = predict(network, validation, { scale, offset })
  const { loss, accuracy } = measure(probabilities, validation.labels)
  const entry = { ...trained, validationLoss: loss, validationAccuracy: accuracy }
  const weights = readNetworkWeights(network)
  const [iterations, ...velocities] = await optimizer.getWeights()
  iterations?.tensor.dispose()
  const earlier = before?.log ?? []
  const lowest = Math.min(...earlier.map(({ validationLoss }) => validationLoss))
  const best = before && lowest <= loss ? before.best : { epoch: entry.epoch, weights }
  return { log: [...earlier, entry], weights, velocities: readWeights(velocities), best }
}

async function restore(network: LayersModel, { optimizer }: Trainer, from: Progress) {
  writeNetworkWeights(network, from.weights)
  // The optimizer expects its count of steps first, of which momentum makes no use.
  const state = [
    { name: 'iter', tensor: tf.scalar(0, 'int32') as tf.Tensor },
    ...from.velocities.map(({ name, shape, values }) => ({
      name,
      tensor: tf.tensor(values, [...shape]),
    })),
  ]
  await optimizer.setWeights(state)
  tf.dispose(state)
}
