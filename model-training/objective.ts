import * as tf from '@tensorflow/tfjs-core'

/** What a student is to answer for some photos. */
export interface Target {
  /** Place of each photo's label; undefined where nobody knows it. */
  readonly labels: readonly (number | undefined)[]
  /** What a teacher makes of the same views. */
  readonly teacher?: {
    /** [batch, width], standardised. */
    readonly features: tf.Tensor2D
    /** [batch, labels]. */
    readonly logits: tf.Tensor2D
  }
}

/** What a student answers. */
export interface Answer {
  /** [batch, labels]. */
  readonly logits: tf.Tensor2D
  /** Its features mapped to the teacher's, [batch, width]; needed where there is a teacher. */
  readonly features?: tf.Tensor2D
}

const LABEL_SMOOTHING = 0.1

/** A label is right, but says less of a view than the teacher, who sees whether the dish is in it at all. */
const LABEL_SHARE = 0.3

/** Of 1, 4, 16 and 64, the last two learn most in ten epochs: who sees what the teacher sees needs few labels. */
const FEATURES_SHARE = 32

/**
 * The loss of a batch, in nats: cross entropy to the smoothed labels, weighted by label. With a
 * teacher (Hinton et al. 2015; Romero et al. 2015), cross entropy to its probabilities and the mean
 * squared error to its features come before the labels.
 */
export function toLoss(
  answer: Answer,
  { labels, teacher }: Target,
  labelWeights: readonly number[],
): tf.Scalar {
  const labelled = toLabelLoss(answer.logits, labels, labelWeights)
  if (teacher === undefined) return labelled
  if (answer.features === undefined) throw new Error('a student of a teacher answers features, too')
  const soft = tf.softmax(teacher.logits)
  const imitation = tf.mean<tf.Scalar>(
    tf.neg(tf.sum(tf.mul(soft, tf.logSoftmax(answer.logits)), 1)),
  )
  const insight = tf.mean<tf.Scalar>(tf.squaredDifference(answer.features, teacher.features))
  return tf.addN([
    tf.mul<tf.Scalar>(labelled, LABEL_SHARE),
    imitation,
    tf.mul<tf.Scalar>(insight, FEATURES_SHARE),
  ])
}

/** The mean over the photos that have a label; 0 if none has. */
function toLabelLoss(
  logits: tf.Tensor2D,
  labels: readonly (number | undefined)[],
  labelWeights: readonly number[],
): tf.Scalar {
  const count = logits.shape[1]
  const known = labels.filter((label) => label !== undefined).length
  const truth = tf.oneHot(
    tf.tensor1d(
      labels.map((label) => label ?? 0),
      'int32',
    ),
    count,
  )
  const target = tf.add(tf.mul(truth, 1 - LABEL_SMOOTHING), LABEL_SMOOTHING / count)
  const losses = tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), target), 1))
  const weights = labels.map((label) => (label === undefined ? 0 : (labelWeights[label] ?? 1)))
  return tf.div<tf.Scalar>(tf.sum(tf.mul(losses, tf.tensor1d(weights))), Math.max(1, known))
}
