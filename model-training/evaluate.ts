import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { LABELS, normalise } from '../inference/index'
import { toWilsonInterval, type Interval } from './interval'
import type { LabelledPhotos } from './photos'

/** How a network does on one split. */
export interface Evaluation {
  readonly split: string
  readonly photos: number
  readonly accuracy: Interval
  /** Mean cross entropy in nats. */
  readonly loss: number
  /** Photos whose source has no training photo of their label; absent if there are none. */
  readonly heldoutSources?: {
    readonly photos: number
    readonly accuracy: Interval
    /** Mean recall of the labels that occur. */
    readonly balancedAccuracy: number
    readonly photosPerLabel: Readonly<Record<string, number>>
  }
  /** Rows are the truth, columns the prediction, both in LABELS order. */
  readonly confusion: readonly (readonly number[])[]
  readonly perLabel: Readonly<Record<string, { precision: number; recall: number }>>
}

interface Outcome {
  readonly label: number
  readonly predicted: number
}

/** 64 photos at 96 px keep the largest activation below 40 MB. */
const BATCH = 64

/**
 * Predicts photos as serving does.
 *
 * @returns probabilities of each photo, [labels]
 */
export function predict(
  network: LayersModel,
  { store, size }: LabelledPhotos,
  normalisation: { readonly scale: number; readonly offset: number },
): Float32Array[] {
  const rows: Float32Array[] = []
  const one = new Uint8Array(size * size * 3)
  for (let start = 0; start < store.count; start += BATCH) {
    const count = Math.min(BATCH, store.count - start)
    const values = new Float32Array(count * one.length)
    for (let i = 0; i < count; i += 1) {
      store.read(start + i, one)
      normalise(one, normalisation, values, i)
    }
    const batch = tf.tensor4d(values, [count, size, size, 3])
    const probabilities = network.predict(batch) as tf.Tensor2D
    const all = probabilities.dataSync<'float32'>()
    const width = probabilities.shape[1]
    for (let i = 0; i < count; i += 1) rows.push(all.slice(i * width, (i + 1) * width))
    tf.dispose([batch, probabilities])
  }
  return rows
}

/** Mean cross entropy in nats and share of right predictions. */
export function measure(
  probabilities: readonly Float32Array[],
  labels: readonly number[],
): { loss: number; accuracy: number } {
  // Float32 rounds tiny probabilities to 0, whose logarithm would make the mean infinite.
  const losses = labels.map(
    (label, i) => -Math.log(Math.max(1e-12, probabilities[i]?.[label] ?? 0)),
  )
  const right = labels.filter((label, i) => argMax(probabilities[i]) === label)
  return {
    loss: losses.reduce((sum, loss) => sum + loss, 0) / labels.length,
    accuracy: right.length / labels.length,
  }
}

/** Evaluates a network on decoded photos at its input size. */
export function evaluate(
  network: LayersModel,
  photos: LabelledPhotos,
  options: { readonly scale: number; readonly offset: number; readonly split: string },
): Evaluation {
  return toEvaluation(predict(network, photos, options), { ...photos, split: options.split })
}

interface EvaluatedPhotos {
  readonly split: string
  /** Place of each photo's label in LABELS. */
  readonly labels: readonly number[]
  readonly entries: readonly { readonly heldoutSource: boolean }[]
}

/**
 * How good some predictions are.
 *
 * @param probabilities of each photo, [labels]
 */
export function toEvaluation(
  probabilities: readonly Float32Array[],
  { split, labels, entries }: EvaluatedPhotos,
): Evaluation {
  const outcomes = labels.map((label, i) => ({ label, predicted: argMax(probabilities[i]) }))
  const heldout = outcomes.filter((_, i) => entries[i]?.heldoutSource)
  const confusion = LABELS.map((_, label) =>
    LABELS.map((_, predicted) => count(outcomes, { label, predicted })),
  )
  return {
    split,
    photos: outcomes.length,
    accuracy: toAccuracy(outcomes),
    loss: measure(probabilities, labels).loss,
    ...(heldout.length > 0 && { heldoutSources: evaluateHeldout(heldout) }),
    confusion,
    perLabel: Object.fromEntries(LABELS.map((name, label) => [name, toQuality(confusion, label)])),
  }
}

function evaluateHeldout(outcomes: readonly Outcome[]) {
  const recalls = LABELS.map((_, label) => {
    const own = outcomes.filter((outcome) => outcome.label === label)
    return own.length > 0 ? count(own, { label, predicted: label }) / own.length : undefined
  }).filter((recall) => recall !== undefined)
  return {
    photos: outcomes.length,
    accuracy: toAccuracy(outcomes),
    balancedAccuracy: recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length,
    photosPerLabel: Object.fromEntries(
      LABELS.map((name, label) => [name, outcomes.filter((one) => one.label === label).length]),
    ),
  }
}

const toAccuracy = (outcomes: readonly Outcome[]): Interval =>
  toWilsonInterval(outcomes.filter((one) => one.label === one.predicted).length, outcomes.length)

const count = (outcomes: readonly Outcome[], { label, predicted }: Outcome): number =>
  outcomes.filter((one) => one.label === label && one.predicted === predicted).length

/** Precision is 0 for a label that is never predicted. */
function toQuality(confusion: readonly (readonly number[])[], label: number) {
  const right = confusion[label]?.[label] ?? 0
  const truths = (confusion[label] ?? []).reduce((sum, n) => sum + n, 0)
  const predictions = confusion.reduce((sum, row) => sum + (row[label] ?? 0), 0)
  return { precision: right / Math.max(1, predictions), recall: right / Math.max(1, truths) }
}

function argMax(probabilities: Float32Array | undefined): number {
  return probabilities ? probabilities.indexOf(Math.max(...probabilities)) : -1
}
