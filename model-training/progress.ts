import type { Weights } from './weights'

/** What one epoch came to; losses are mean cross entropies in nats. */
export interface EpochLog {
  readonly epoch: number
  /** With label smoothing, label weights and augmentation, and all that a teacher adds. */
  readonly loss: number
  /** Share of the photos with a label, on augmented views. */
  readonly accuracy: number
  /** Plain, of the averaged weights, on photos as serving sees them. */
  readonly validationLoss: number
  readonly validationAccuracy: number
}

/** All that training needs to go on after an epoch as if it had never stopped. */
export interface Progress {
  readonly log: readonly EpochLog[]
  readonly weights: Weights
  /** From the network's features to the teacher's; empty without a teacher. */
  readonly projection: Weights
  /** Velocity of every trainable weight. */
  readonly velocities: Weights
  /** Moving average of the weights, and of how many steps. */
  readonly average: { readonly weights: Weights; readonly steps: number }
  /** Averaged weights of the epoch with the lowest validation loss so far. */
  readonly best: AveragedWeights
}

/** Averaged weights as they were after an epoch. */
interface AveragedWeights {
  readonly epoch: number
  readonly weights: Weights
}

/**
 * What a training ends with: the averaged weights of its last epoch or, where patience ended it before its learning rate
 * was down, those of the lowest validation loss. A few hundred photos are too few to choose among the last epochs by, and
 * their loss, of a network that is yet to be calibrated, rises while the network still gets better at telling labels.
 */
export function toFinal(
  { log, average, best }: Pick<Progress, 'log' | 'average' | 'best'>,
  epochs: number,
): AveragedWeights {
  return log.length < epochs ? best : { epoch: log.length, weights: average.weights }
}
