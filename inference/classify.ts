import type { Decoder } from './decoder'
import type { Engine } from './engine'
import { PhotoError } from './errors'
import type { ErrorCode } from './errors'
import type { Model } from './model'
import { decode, normalise } from './photo'
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

/** Classifies the photos of a batch together; the outcomes are in the order of the photos. */
export type ClassifyBatch = (photos: readonly Uint8Array[]) => Promise<readonly PhotoOutcome[]>

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

  return async (photos) => {
    const decoded = await Promise.all(photos.map(decodeOne))
    const good = decoded.filter((photo) => photo.state === 'decoded')
    if (good.length === 0) return decoded.filter((photo) => photo.state === 'failed')
    const startedAt = performance.now()
    const pixels = new Float32Array(good.length * pixelsLength)
    good.forEach(({ rgb }, i) => {
      normalise(rgb, input, pixels, i)
    })
    const probabilities = await engine.predict(pixels, good.length)
    const predictMs = performance.now() - startedAt
    let row = 0
    return decoded.map((photo) => {
      if (photo.state === 'failed') return photo
      const start = row++ * labels.length
      const prediction = toPrediction(labels, probabilities.subarray(start, start + labels.length))
      return { state: 'completed', prediction, decodeMs: photo.decodeMs, predictMs }
    })
  }
}

/** Runs the engine once with a photo and once with the largest batch, so that no request pays for its first allocations. */
export async function warmUp({ card }: Model, engine: Engine, maxBatch: number): Promise<void> {
  const { width, height } = card.input
  for (const batch of new Set([1, maxBatch])) {
    await engine.predict(new Float32Array(batch * width * height * 3), batch)
  }
}
