import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { augment, drawAugmentation } from './augment'
import { FEATURES_LAYER, LOGITS_LAYER } from './network'
import type { LabelledPhotos } from './photos'
import type { Random } from './random'

const MOMENTUM = 0.9
const WEIGHT_DECAY = 5e-4
const LABEL_SMOOTHING = 0.1
const DROPOUT = 0.3

/** A network taken apart for training. */
export interface Trainer {
  /** Pixels to features. */
  readonly body: tfl.LayersModel
  /** Features to logits. */
  readonly head: tfl.layers.Layer
  readonly variables: readonly tf.Variable[]
  readonly optimizer: tf.MomentumOptimizer
  /** Weight of a photo by its label. */
  readonly labelWeights: readonly number[]
}

interface Batch {
  /** [batch, size, size, 3], normalised. */
  readonly pixels: tf.Tensor4D
  readonly labels: readonly number[]
}

interface BatchOptions {
  /** Width and height of the network's input. */
  readonly size: number
  readonly scale: number
  readonly offset: number
  readonly random: Random
}

/** Prepares a network for `trainStep`; the caller disposes the optimizer. */
export function createTrainer(network: tfl.LayersModel, labels: readonly number[]): Trainer {
  const features = network.getLayer(FEATURES_LAYER).output as tfl.SymbolicTensor
  return {
    body: tfl.model({ inputs: network.inputs, outputs: features }),
    head: network.getLayer(LOGITS_LAYER),
    variables: network.trainableWeights.map((weight) => weight.read()).filter(isVariable),
    optimizer: tf.train.momentum(0, MOMENTUM, true),
    labelWeights: toLabelWeights(labels),
  }
}

const isVariable = (tensor: tf.Tensor): tensor is tf.Variable => tensor instanceof tf.Variable

/** One over the square root of a label's frequency: half way between ignoring and levelling it. */
function toLabelWeights(labels: readonly number[]): number[] {
  const counts = new Map<number, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  const raw = Array.from({ length: Math.max(...labels) + 1 }, (_, label) =>
    Math.sqrt(labels.length / (counts.get(label) ?? labels.length)),
  )
  const mean = labels.reduce((sum, label) => sum + (raw[label] ?? 0), 0) / labels.length
  return raw.map((weight) => weight / mean)
}

/**
 * Augments some photos into one batch; the caller disposes its pixels.
 *
 * @param places of the photos in `photos`
 */
export function createBatch(
  photos: LabelledPhotos,
  places: readonly number[],
  { size, scale, offset, random }: BatchOptions,
): Batch {
  const length = photos.size * photos.size * 3
  const rgb = new Uint8Array(places.length * length)
  for (const [i, place] of places.entries()) photos.store.read(place, rgb, i * length)
  const stored = Float32Array.from(rgb)
  const augmentations = places.map(() => drawAugmentation(random))
  const pixels = tf.tidy(() => {
    const shape = [places.length, photos.size, photos.size, 3] as [number, number, number, number]
    const augmented = augment(tf.tensor4d(stored, shape), augmentations, size)
    return tf.add<tf.Tensor4D>(tf.mul(augmented, scale), offset)
  })
  return { pixels, labels: places.map((place) => photos.labels[place] ?? 0) }
}

/**
 * One step of gradient descent.
 *
 * @returns mean loss and number of photos that were predicted right, as seen under dropout
 */
export function trainStep(
  trainer: Trainer,
  batch: Batch,
  random: Random,
): { loss: number; correct: number } {
  const { variables, optimizer } = trainer
  let logits: tf.Tensor2D | undefined
  const { value, grads } = tf.variableGrads(() => {
    logits = tf.keep(toLogits(trainer, batch, random))
    return toLoss(logits, batch.labels, trainer.labelWeights)
  }, [...variables])
  const decayed = tf.tidy(() =>
    variables.map((variable) => ({ name: variable.name, tensor: decay(variable, grads) })),
  )
  optimizer.applyGradients(decayed)
  const loss = value.dataSync()[0] ?? Number.NaN
  const correct = logits ? countCorrect(logits, batch.labels) : 0
  tf.dispose([value, grads, decayed, logits ?? []])
  return { loss, correct }
}

function toLogits({ body, head }: Trainer, { pixels }: Batch, random: Random): tf.Tensor2D {
  const features = body.apply(pixels, { training: true }) as tf.Tensor2D
  // A seeded Dropout layer of tfjs draws the same mask at every step, so that the mask is drawn here.
  const mask = Float32Array.from({ length: features.size }, () =>
    random() < DROPOUT ? 0 : 1 / (1 - DROPOUT),
  )
  return head.apply(tf.mul(features, tf.tensor2d(mask, features.shape))) as tf.Tensor2D
}

function toLoss(logits: tf.Tensor2D, labels: readonly number[], weights: readonly number[]) {
  const truth = tf.oneHot(tf.tensor1d([...labels], 'int32'), logits.shape[1])
  const smoothing = LABEL_SMOOTHING / logits.shape[1]
  const target = tf.add(tf.mul(truth, 1 - LABEL_SMOOTHING), smoothing)
  const losses = tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), target), 1))
  return tf.mean<tf.Scalar>(tf.mul(losses, tf.tensor1d(labels.map((label) => weights[label] ?? 1))))
}

/** Only kernels shrink: a batch norm's gain and a bias do not overfit. */
function decay(variable: tf.Variable, grads: tf.NamedTensorMap): tf.Tensor {
  const gradient = grads[variable.name]
  if (gradient === undefined) throw new Error(`the loss does not depend on ${variable.name}`)
  return variable.rank > 1 ? tf.add(gradient, tf.mul(variable, WEIGHT_DECAY)) : tf.clone(gradient)
}

function countCorrect(logits: tf.Tensor2D, labels: readonly number[]): number {
  const best = tf.argMax(logits, 1)
  const predicted = best.dataSync()
  best.dispose()
  return labels.filter((label, i) => predicted[i] === label).length
}
