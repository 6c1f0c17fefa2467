import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { FEATURES_LAYER, LOGITS_LAYER } from './networks/network'
import { toLoss, type Target } from './objective'
import type { Random } from './random'

const MOMENTUM = 0.9
const DROPOUT = 0.3

/** A network taken apart for training. */
export interface Trainer {
  /** Pixels to features. */
  readonly body: tfl.LayersModel
  /** Features to logits. */
  readonly head: tfl.layers.Layer
  /** Features to a teacher's, [features, teacher's]; only of use in training. */
  readonly projection: tf.Variable<tf.Rank.R2> | undefined
  readonly variables: readonly tf.Variable[]
  readonly optimizer: tf.MomentumOptimizer
  /** Weight of a photo by its label. */
  readonly labelWeights: readonly number[]
  readonly weightDecay: number
}

interface TrainerOptions {
  readonly labelWeights: readonly number[]
  readonly weightDecay: number
  /** How many features the teacher has, if there is one. */
  readonly teacherWidth?: number | undefined
}

/** Prepares a network for `trainStep`; the caller disposes it. */
export function createTrainer(network: tfl.LayersModel, options: TrainerOptions): Trainer {
  const features = network.getLayer(FEATURES_LAYER).output as tfl.SymbolicTensor
  const projection = createProjection(features.shape[1] ?? 0, options)
  const weights = network.trainableWeights.map((weight) => weight.read()).filter(isVariable)
  return {
    body: tfl.model({ inputs: network.inputs, outputs: features }),
    head: network.getLayer(LOGITS_LAYER),
    projection,
    variables: projection ? [...weights, projection] : weights,
    optimizer: tf.train.momentum(0, MOMENTUM, true),
    labelWeights: options.labelWeights,
    weightDecay: options.weightDecay,
  }
}

/** Lets go of what `createTrainer` made; the network stays. */
export function disposeTrainer({ optimizer, projection }: Trainer): void {
  optimizer.dispose()
  projection?.dispose()
}

const isVariable = (tensor: tf.Tensor): tensor is tf.Variable => tensor instanceof tf.Variable

/**
 * It starts at zero: with random weights, the quickest way to a smaller error is features of nothing but zeros, from which
 * a network without batch norm does not come back.
 */
function createProjection(
  features: number,
  { teacherWidth }: TrainerOptions,
): tf.Variable<tf.Rank.R2> | undefined {
  if (teacherWidth === undefined) return undefined
  return tf.tidy(() => tf.variable(tf.zeros<tf.Rank.R2>([features, teacherWidth])))
}

/**
 * One step of gradient descent.
 *
 * @param pixels [batch, size, size, 3], normalised
 * @returns the loss, and how many of the photos with a label were predicted right, as seen under dropout
 */
export function trainStep(
  trainer: Trainer,
  pixels: tf.Tensor4D,
  target: Target,
  random: Random,
): { loss: number; correct: number } {
  const { variables, optimizer } = trainer
  let logits: tf.Tensor2D | undefined
  const { value, grads } = tf.variableGrads(() => {
    const answer = toAnswer(trainer, pixels, target, random)
    logits = tf.keep(answer.logits)
    return toLoss(answer, target, trainer.labelWeights)
  }, [...variables])
  const decayed = tf.tidy(() =>
    variables.map((variable) => ({
      name: variable.name,
      tensor: decay(variable, grads, trainer.weightDecay),
    })),
  )
  optimizer.applyGradients(decayed)
  const loss = value.dataSync()[0] ?? Number.NaN
  const correct = logits ? countCorrect(logits, target.labels) : 0
  tf.dispose([value, grads, decayed, logits ?? []])
  return { loss, correct }
}

function toAnswer(
  { body, head, projection }: Trainer,
  pixels: tf.Tensor4D,
  { teacher }: Target,
  random: Random,
) {
  const features = body.apply(pixels, { training: true }) as tf.Tensor2D
  if (projection !== undefined && teacher !== undefined) {
    const logits = head.apply(features) as tf.Tensor2D
    return { logits, features: tf.matMul<tf.Tensor2D>(features, projection) }
  }
  return { logits: head.apply(dropOut(features, random)) as tf.Tensor2D }
}

/** A seeded Dropout layer of tfjs draws the same mask at every step, so that the mask is drawn here. */
function dropOut(features: tf.Tensor2D, random: Random): tf.Tensor {
  const mask = Float32Array.from({ length: features.size }, () =>
    random() < DROPOUT ? 0 : 1 / (1 - DROPOUT),
  )
  return tf.mul(features, tf.tensor2d(mask, features.shape))
}

/** Only kernels shrink: a batch norm's gain and a bias do not overfit. */
function decay(variable: tf.Variable, grads: tf.NamedTensorMap, share: number): tf.Tensor {
  const gradient = grads[variable.name]
  if (gradient === undefined) throw new Error(`the loss does not depend on ${variable.name}`)
  return variable.rank > 1 ? tf.add(gradient, tf.mul(variable, share)) : tf.clone(gradient)
}

function countCorrect(logits: tf.Tensor2D, labels: readonly (number | undefined)[]): number {
  const best = tf.argMax(logits, 1)
  const predicted = best.dataSync()
  best.dispose()
  return labels.filter((label, i) => label !== undefined && predicted[i] === label).length
}
