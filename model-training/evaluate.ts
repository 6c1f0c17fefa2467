import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { LABELS, normalise } from '../inference/index'
import {
  countConfusion,
  countHits,
  toBalancedAccuracy,
  toLabelQualities,
  toLoss,
  type Confusion,
  type Judgement,
  type LabelQuality,
} from './evaluation/metrics'
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
  readonly confusion: Confusion
  readonly perLabel: Readonly<Record<string, LabelQuality>>
}

/** 64 photos at 128 px: the largest activation is 17 MB of photo-net and 134 MB of paper-cnn. */
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
  const judgements = toJudgements(probabilities, labels)
  return {
    loss: toLoss(judgements) ?? Number.NaN,
    accuracy: countHits(judgements) / judgements.length,
  }
}

/** Photos with what was predicted of them, [labels] each, and the place of the truth. */
export const toJudgements = (
  probabilities: readonly Float32Array[],
  labels: readonly number[],
): Judgement[] =>
  labels.map((truth, i) => ({ truth, probabilities: probabilities[i] ?? new Float32Array() }))

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
  const judgements = toJudgements(probabilities, labels)
  const confusion = countConfusion(judgements, LABELS.length)
  const heldout = judgements.filter((_, i) => entries[i]?.heldoutSource)
  const qualities = toLabelQualities(confusion)
  return {
    split,
    photos: judgements.length,
    accuracy: toAccuracy(judgements),
    loss: toLoss(judgements) ?? Number.NaN,
    ...(heldout.length > 0 && { heldoutSources: evaluateHeldout(heldout) }),
    confusion,
    perLabel: Object.fromEntries(qualities.map((quality, i) => [LABELS[i] ?? '', quality])),
  }
}

function evaluateHeldout(judgements: readonly Judgement[]) {
  return {
    photos: judgements.length,
    accuracy: toAccuracy(judgements),
    balancedAccuracy: toBalancedAccuracy(countConfusion(judgements, LABELS.length)) ?? Number.NaN,
    photosPerLabel: Object.fromEntries(
      LABELS.map((name, label) => [name, judgements.filter(({ truth }) => truth === label).length]),
    ),
  }
}

const toAccuracy = (judgements: readonly Judgement[]): Interval =>
  toWilsonInterval(countHits(judgements), judgements.length)
