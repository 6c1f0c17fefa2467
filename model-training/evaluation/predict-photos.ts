import type { DecoderTool, EngineTool } from './tools'
import { UnreadablePhotoError } from './read-photo'

/** What one engine says of one photo that one decoder decoded. */
export type PhotoOutcome =
  | { readonly state: 'judged'; readonly probabilities: Float32Array }
  | { readonly state: 'failed'; readonly reason: string }

/** The outcomes of a pair, in the order of the photos. */
export interface PairOutcomes {
  readonly engine: string
  readonly decoder: string
  readonly outcomes: readonly PhotoOutcome[]
}

interface PredictOptions<T> {
  readonly engines: readonly EngineTool[]
  readonly decoders: readonly DecoderTool[]
  /** Bytes as they are sent; an UnreadablePhotoError is an outcome. */
  readonly load: (photo: T) => Promise<Uint8Array>
  /** Called after so many more photos. */
  readonly onPhotos: (count: number) => void
}

/** What serving puts together at most, so that batches are as they are there. */
const BATCH = 8

/** Batches at work: while one is predicted, another is decoded and a third read. */
const AT_ONCE = 3

/**
 * Predicts photos by every pair as serving does: bytes, `decode`, normalised pixels, engine.
 *
 * @returns a pair each, engines within decoders
 * @throws ToolError; the signal's reason after an abort
 */
export async function predictPhotos<T>(
  photos: readonly T[],
  options: PredictOptions<T>,
): Promise<PairOutcomes[]> {
  const batches: T[][] = []
  for (let start = 0; start < photos.length; start += BATCH) {
    batches.push(photos.slice(start, start + BATCH))
  }
  const predicted: PhotoOutcome[][][] = []
  const queue = batches.entries()
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      // All take from one iterator: each batch goes to who is free first.
      for (const [i, batch] of queue) {
        predicted[i] = await predictBatch(batch, options)
        options.onPhotos(batch.length)
      }
    }),
  )
  const pairs = options.decoders.flatMap((decoder) =>
    options.engines.map((engine) => ({ engine: engine.name, decoder: decoder.name })),
  )
  return pairs.map((pair, place) => ({
    ...pair,
    outcomes: predicted.flatMap((batch) => batch[place] ?? []),
  }))
}

/** @returns outcomes of the batch's photos, a row for each pair */
async function predictBatch<T>(
  batch: readonly T[],
  { engines, decoders, load }: PredictOptions<T>,
): Promise<PhotoOutcome[][]> {
  const loaded = await Promise.all(batch.map((photo) => loadOne(photo, load)))
  const rows = await Promise.all(
    decoders.map(async (decoder) => {
      const decoded = await decodeLoaded(loaded, decoder)
      return Promise.all(engines.map((engine) => predictDecoded(decoded, engine)))
    }),
  )
  return rows.flat()
}

type Step<T> =
  { readonly state: 'done'; readonly value: T } | Extract<PhotoOutcome, { state: 'failed' }>

async function loadOne<T>(photo: T, load: PredictOptions<T>['load']): Promise<Step<Uint8Array>> {
  try {
    return { state: 'done', value: await load(photo) }
  } catch (error) {
    if (!(error instanceof UnreadablePhotoError)) throw error
    return { state: 'failed', reason: error.message }
  }
}

async function decodeLoaded(
  loaded: readonly Step<Uint8Array>[],
  decoder: DecoderTool,
): Promise<Step<Uint8Array>[]> {
  return replaceDone(loaded, async (photos) => {
    const { decoded } = await decoder.decode(photos)
    return decoded.map((one) => (one.state === 'decoded' ? { state: 'done', value: one.rgb } : one))
  })
}

async function predictDecoded(
  decoded: readonly Step<Uint8Array>[],
  engine: EngineTool,
): Promise<PhotoOutcome[]> {
  const rows = await replaceDone(decoded, async (rgb) => {
    const { probabilities } = await engine.predict(rgb)
    return probabilities.map((value) => ({ state: 'done', value }))
  })
  return rows.map((row) =>
    row.state === 'done' ? { state: 'judged', probabilities: row.value } : row,
  )
}

/** Does the next step with what the one before has done; what has failed stays in its place. */
async function replaceDone<T, U>(
  steps: readonly Step<T>[],
  next: (values: readonly T[]) => Promise<readonly Step<U>[]>,
): Promise<Step<U>[]> {
  const done = steps.flatMap((step) => (step.state === 'done' ? [step.value] : []))
  const made = (done.length > 0 ? await next(done) : []).values()
  return steps.map((step) => {
    if (step.state === 'failed') return step
    const { value } = made.next()
    if (value === undefined) throw new Error('fewer answers than photos')
    return value
  })
}
