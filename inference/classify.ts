import type { Decoder } from './decoder'
import type { Engine } from './engine'
import { LoadError, PhotoError } from './errors'
import type { ErrorCode } from './errors'
import type { Model } from './model'
import { normalise } from './normalise'
import { decode } from './photo'
import type { PhotoLimits } from './photo-header'
import { toPrediction } from './prediction'
import type { Prediction } from './prediction'

/** What became of one photo of a batch; plain data, so that it can cross threads. */
export type PhotoOutcome =
  | {
      readonly state: 'completed'
      readonly prediction: Prediction
      readonly decodeMs: number
      readonly predictMs: number
    }
  | { readonly state: 'failed'; readonly code: ErrorCode; readonly reason: string }

interface ClassifierOptions {
  readonly model: Model
  readonly engine: Engine
  readonly decoder: Decoder
  readonly limits: PhotoLimits
}

/**
 * Classifies the photos of a batch together; the outcomes are in the order of the photos.
 *
 * @param tops of each photo how many of the most probable labels to tell; undefined: as many as `toPrediction` does
 */
export type ClassifyBatch = (
  photos: readonly Uint8Array[],
  tops?: readonly (number | undefined)[],
) => Promise<readonly PhotoOutcome[]>

type Decoded =
  | { readonly state: 'decoded'; readonly rgb: Uint8Array; readonly decodeMs: number }
  | Extract<PhotoOutcome, { state: 'failed' }>

/**
 * A classifier on the calling thread: it decodes the photos of a batch side by side and predicts them in one go.
 * It rejects only for a bug; a bad photo is an outcome and leaves its batch unharmed.
 */
export function createClassifier({
  model,
  engine,
  decoder,
  limits,
}: ClassifierOptions): ClassifyBatch {
  const { input, labels } = model.card
  const pixelsLength = input.width * input.height * 3
  // Kept from batch to batch: 200 KB of garbage a photo made the heap of a busy worker grow by 25 MB.
  let kept = new Float32Array(pixelsLength)
  const pixelsOf = (photos: number): Float32Array => {
    const length = photos * pixelsLength
    if (kept.length < length) kept = new Float32Array(length)
    return kept.subarray(0, length)
  }

  async function decodeOne(photo: Uint8Array): Promise<Decoded> {
    const startedAt = performance.now()
    try {
      const rgb = await decode(photo, { decoder, limits, width: input.width, height: input.height })
      return { state: 'decoded', rgb, decodeMs: performance.now() - startedAt }
    } catch (error) {
      if (!(error instanceof PhotoError)) throw error
      return { state: 'failed', code: error.code, reason: error.message }
    }
  }

  return async (photos, tops = []) => {
    const decoded = await Promise.all(photos.map(decodeOne))
    const good = decoded.filter((photo) => photo.state === 'decoded')
    if (good.length === 0) return decoded.filter((photo) => photo.state === 'failed')
    const startedAt = performance.now()
    const pixels = pixelsOf(good.length)
    good.forEach(({ rgb }, i) => {
      normalise(rgb, input, pixels, i)
    })
    const probabilities = await engine.predict(pixels, good.length)
    const predictMs = performance.now() - startedAt
    let row = 0
    return decoded.map((photo, at) => {
      if (photo.state === 'failed') return photo
      const start = row++ * labels.length
      const own = probabilities.subarray(start, start + labels.length)
      const prediction = toPrediction(labels, own, tops[at])
      return { state: 'completed', prediction, decodeMs: photo.decodeMs, predictMs }
    })
  }
}

/** How far the sum of rounded probabilities may be from 1: a quantised network rounds each to 1/256. */
const SUM_TOLERANCE = 0.1

/**
 * Runs the engine once with a photo and once with the largest batch, so that no request pays for its first allocations,
 * and makes sure that it answers with probabilities, one for each label.
 *
 * @throws LoadError MODEL_INVALID naming what is expected and what was found
 */
export async function warmUp({ card }: Model, engine: Engine, maxBatch: number): Promise<void> {
  const { width, height } = card.input
  for (const batch of new Set([1, maxBatch])) {
    const values = await predict(new Float32Array(batch * width * height * 3), batch)
    if (values.length !== batch * card.labels.length) {
      const found = values.length / batch
      throw invalid(`gives ${found} values a photo, for ${card.labels.length} labels`)
    }
    const row = values.subarray(0, card.labels.length)
    const sum = row.reduce((total, value) => total + value, 0)
    const isProbability = (value: number): boolean => value >= -1e-3 && value <= 1 + 1e-3
    if (row.every(isProbability) && Math.abs(sum - 1) <= SUM_TOLERANCE) continue
    const least = row.reduce((left, right) => Math.min(left, right))
    const most = row.reduce((left, right) => Math.max(left, right))
    throw invalid(
      `gives values from ${least} to ${most} with the sum ${sum}, which are no probabilities of labels that ` +
        'exclude each other; of a network without softmax the card says "output": "logits"',
    )
  }

  async function predict(pixels: Float32Array, batch: number): Promise<Float32Array> {
    try {
      return await engine.predict(pixels, batch)
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      const { name } = engine
      throw invalid(
        `cannot predict ${batch} of the photos that its card says with ${name}: ${reason}`,
      )
    }
  }

  function invalid(what: string): LoadError {
    return new LoadError('MODEL_INVALID', `model ${card.name}: it ${what}`)
  }
}
