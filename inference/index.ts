import type { DecoderChoice, DecoderName } from './decoder'
import type { EngineChoice, EngineName } from './engine'
import { loadModel } from './model'
import type { ModelCard } from './model'
import { DEFAULT_LIMITS } from './photo-header'
import type { PhotoLimits } from './photo-header'
import { createPool } from './pool'
import type { Pool } from './pool'
import { createRespond } from './respond'
import { WORKER_FILE } from './worker'
import type { Respond } from './respond'

export { DECODERS, loadDecoder } from './decoder'
export type { Decoder, DecoderChoice, DecoderName } from './decoder'
export { ENGINES, loadEngine } from './engine'
export type { EngineChoice, EngineName } from './engine'
export { PhotoError, STATUS } from './errors'
export type { ErrorCode } from './errors'
export { LABELS } from './labels'
export { loadModel, toModelSha256 } from './model'
export type { ModelCard, ModelInput } from './model'
export { decode, normalise } from './photo'
export { DEFAULT_LIMITS } from './photo-header'
export type { PhotoLimits } from './photo-header'
export { toProblem } from './respond'
export type { PhotoRequest, PhotoResponse, Respond, ResponseOutcome } from './respond'

/** How photos are to be classified. */
export interface InferenceOptions {
  readonly modelFolder: string
  readonly workers: number
  readonly engine?: EngineChoice
  readonly decoder?: DecoderChoice
  readonly maxBatch?: number
  readonly maxQueue?: number
  readonly limits?: Partial<PhotoLimits>
  /** What a worker thread runs: by default the file that this code is in. */
  readonly workerFile?: string
}

/** What an operator wants to know of a model at work. */
export interface InferenceDescription {
  readonly model: string
  readonly sha256: string
  readonly engine: string
  readonly decoder: string
  readonly workers: number
}

/** Names what was loaded, for a log. */
export function describe({ card, engine, decoder, pool }: Inference): InferenceDescription {
  return {
    model: card.name,
    sha256: card.sha256,
    engine: `${engine.name} ${engine.version}`,
    decoder: `${decoder.name} ${decoder.version}`,
    workers: pool.workersAlive,
  }
}

/** A model at work: what a host needs to answer photos. */
export interface Inference {
  readonly card: ModelCard
  readonly engine: { readonly name: EngineName; readonly version: string }
  readonly decoder: { readonly name: DecoderName; readonly version: string }
  readonly limits: PhotoLimits
  readonly respond: Respond
  readonly pool: Pick<Pool, 'classify' | 'inFlight' | 'queued' | 'refusal' | 'workersAlive'>
  close(): Promise<void>
}

/**
 * Loads a model and starts its workers; resolves once the first photo would be answered at full speed.
 *
 * @throws LoadError naming the file, engine or decoder that could not be loaded
 */
export async function createInference({
  modelFolder,
  workers,
  engine = 'auto',
  decoder = 'auto',
  maxBatch = 8,
  maxQueue = 16 * workers,
  limits,
  workerFile = WORKER_FILE,
}: InferenceOptions): Promise<Inference> {
  const model = await loadModel(modelFolder)
  const allLimits = { ...DEFAULT_LIMITS, ...limits }
  const pool = await createPool({
    model,
    engine,
    decoder,
    workers,
    workerFile,
    maxBatch,
    maxQueue,
    limits: allLimits,
  })
  const { name, sha256 } = model.card
  return {
    card: model.card,
    engine: pool.engine,
    decoder: pool.decoder,
    limits: allLimits,
    respond: createRespond({
      classify: (photo, options) => pool.classify(photo, options),
      model: { name, sha256 },
      maxBytes: allLimits.maxBytes,
    }),
    pool,
    close: () => pool.close(),
  }
}
