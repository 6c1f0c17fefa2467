import * as tf from '@tensorflow/tfjs-core'

/** Rows of features, one a photo, and the label of each. */
export interface LabelledFeatures {
  /** [photos, width]. */
  readonly features: Float32Array
  readonly width: number
  readonly labels: readonly number[]
}

/** A dense layer from features to logits. */
export interface Head {
  /** [width, labels]. */
  readonly kernel: Float32Array
  /** [labels]. */
  readonly bias: Float32Array
}

interface FitOptions {
  readonly labelCount: number
  /** Weight of a photo by its label. */
  readonly labelWeights: readonly number[]
  readonly steps?: number
}

/** L2; of 3e-4 to 3e-2, the one with the lowest validation loss on MobileNetV2's features of real photos. */
const PENALTY = 0.01
const LEARNING_RATE = 0.003
const LABEL_SMOOTHING = 0.05
/** Keeps features that are always 0 from being divided by it. */
const SMALLEST_VARIANCE = 1e-6

/**
 * Fits softmax regression with an L2 penalty on features of a backbone ("linear probe"). Needs no
 * seed: it starts at zero and sees all photos at every step.
 */
export function fitHead(training: LabelledFeatures, options: FitOptions): Head {
  return tf.tidy(() => {
    const x = toMatrix(training)
    const { mean, variance } = tf.moments(x, 0)
    const deviation = tf.sqrt(tf.add(variance, SMALLEST_VARIANCE))
    const seen = tf.div<tf.Tensor2D>(tf.sub(x, mean), deviation)
    const fitted = fit(seen, training.labels, options)
    // Standardising is linear, too: it goes into the layer.
    const kernel = tf.div(fitted.kernel, tf.expandDims(deviation, 1))
    const bias = tf.sub(fitted.bias, tf.sum(tf.mul(kernel, tf.expandDims(mean, 1)), 0))
    return {
      kernel: Float32Array.from(kernel.dataSync()),
      bias: Float32Array.from(bias.dataSync()),
    }
  })
}

const toMatrix = ({ features, width }: LabelledFeatures): tf.Tensor2D =>
  tf.tensor2d(features, [features.length / width, width])

function fit(
  x: tf.Tensor2D,
  labels: readonly number[],
  { labelCount, labelWeights, steps = 200 }: FitOptions,
): { readonly kernel: tf.Tensor2D; readonly bias: tf.Tensor1D } {
  const kernel = tf.variable(tf.zeros<tf.Rank.R2>([x.shape[1], labelCount]))
  const bias = tf.variable(tf.zeros<tf.Rank.R1>([labelCount]))
  const weights = tf.tensor1d(labels.map((label) => labelWeights[label] ?? 1))
  const optimizer = tf.train.adam(LEARNING_RATE)
  const toLoss = (): tf.Scalar => {
    const logits = tf.add<tf.Tensor2D>(tf.matMul(x, kernel), bias)
    const losses = tf.mul(crossEntropies(logits, labels), weights)
    return tf.add(tf.mean(losses), tf.mul(PENALTY, tf.sum(tf.square(kernel))))
  }
  for (let step = 0; step < steps; step += 1) optimizer.minimize(toLoss, false, [kernel, bias])
  // A tidy leaves variables alone.
  const fitted = { kernel: tf.clone<tf.Tensor2D>(kernel), bias: tf.clone<tf.Tensor1D>(bias) }
  optimizer.dispose()
  tf.dispose([kernel, bias])
  return fitted
}

function crossEntropies(logits: tf.Tensor2D, labels: readonly number[]): tf.Tensor {
  const count = logits.shape[1]
  const truth = tf.oneHot(tf.tensor1d([...labels], 'int32'), count)
  const target = tf.add(tf.mul(truth, 1 - LABEL_SMOOTHING), LABEL_SMOOTHING / count)
  return tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), target), 1))
}
