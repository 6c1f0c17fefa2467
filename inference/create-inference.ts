import { CODECS_FOLDER } from './decoder'
import type { DecoderChoice, DecoderName } from './decoder'
import type { EngineChoice, EngineName } from './engine'
import { LoadError, PhotoError } from './errors'
import type { ClassifyOptions } from './job'
import { createConsume } from './message'
import type { Consume } from './message'
import { loadModel } from './model'
import type { Model } from './model'
import { DEFAULT_LIMITS } from './photo-header'
import type { PhotoLimits } from './photo-header'
import { createPool } from './pool'
import type { Pool } from './pool'
import type { Query } from './query'
import { toMaxQueue } from './queue-limit'
import { createRespond } from './respond'
import type { Respond } from './respond'
import { createChoose } from './served-models'
import type { ServedModel } from './served-models'
import { WORKER_FILE } from './worker'

/** How photos are to be classified. */
export interface InferenceOptions {
  /** Folders of the models, which every worker loads; the first is the default. */
  readonly modelFolders: readonly [string, ...string[]]
  readonly workers: number
  readonly engine?: EngineChoice
  readonly decoder?: DecoderChoice
  /** Where codecs are that are ours. */
  readonly codecsFolder?: string
  readonly maxBatch?: number
  /** Photos that may wait for each model. */
  readonly maxQueue?: number
  readonly limits?: Partial<PhotoLimits>
  /** What a worker thread runs: by default the file that this code is in. */
  readonly workerFile?: string
  /** Told in words that a worker thread ended, or could not be started again; one that ended is started anew. */
  readonly onWorkerLost?: (reason: string) => void
}

/** Models at work: what a host needs to answer photos. */
export interface Inference {
  /** The first is the default. */
  readonly models: readonly [ServedModel, ...ServedModel[]]
  readonly engine: { readonly name: EngineName; readonly version: string }
  readonly decoder: { readonly name: DecoderName; readonly version: string }
  readonly limits: PhotoLimits
  /** How long loading took, with the first prediction of every worker, ms. */
  readonly loadMs: number
  readonly respond: Respond
  readonly consume: Consume
  /** What a photo sent with this query would be refused with before it is looked at, if it would. */
  refusalOf(query: Query): PhotoError | undefined
  readonly pool: Pick<Pool, 'classify' | 'inFlight' | 'queued' | 'workersAlive'>
  close(): Promise<void>
}

/**
 * Loads models and starts their workers; resolves once the first photo would be answered at full speed.
 *
 * @throws LoadError naming the file, model, engine or decoder that could not be loaded
 */
export async function createInference({
  modelFolders,
  workers,
  engine = 'auto',
  decoder = 'auto',
  codecsFolder = CODECS_FOLDER,
  maxBatch = 4,
  maxQueue = toMaxQueue(workers),
  limits,
  workerFile = WORKER_FILE,
  onWorkerLost = () => undefined,
}: InferenceOptions): Promise<Inference> {
  const startedAt = performance.now()
  const loaded = await loadModels(modelFolders)
  const allLimits = { ...DEFAULT_LIMITS, ...limits }
  const pool = await createPool({
    models: loaded,
    engine,
    decoder,
    codecsFolder,
    workers,
    workerFile,
    maxBatch,
    maxQueue,
    limits: allLimits,
    onWorkerLost,
  })
  const [first, ...others] = loaded
  const models = [
    toServed(first, pool, 0),
    ...others.map((model, at) => toServed(model, pool, at + 1)),
  ] as const
  const choose = createChoose(models)
  const answers = {
    classify: (photo: Uint8Array, asked: ClassifyOptions) => pool.classify(photo, asked),
    models,
    maxBytes: allLimits.maxBytes,
  }
  return {
    models,
    engine: pool.engine,
    decoder: pool.decoder,
    limits: allLimits,
    loadMs: performance.now() - startedAt,
    respond: createRespond(answers),
    consume: createConsume(answers),
    refusalOf(query) {
      try {
        return pool.refusalOf(choose(query).model)
      } catch (error) {
        if (error instanceof PhotoError) return error
        throw error
      }
    },
    pool,
    close: () => pool.close(),
  }
}

/** @throws LoadError also for two models of one name, as clients could not tell them apart */
async function loadModels([first, ...others]: InferenceOptions['modelFolders']): Promise<
  readonly [Model, ...Model[]]
> {
  const models = [await loadModel(first)] as [Model, ...Model[]]
  const folders = new Map([[models[0].card.name, first]])
  for (const folder of others) {
    const model = await loadModel(folder)
    const { name } = model.card
    const other = folders.get(name)
    if (other !== undefined) {
      throw new LoadError(
        'MODEL_INVALID',
        `${other} and ${folder} are both called ${name} by their cards`,
      )
    }
    folders.set(name, folder)
    models.push(model)
  }
  return models
}

const toServed = ({ card, weights }: Model, { growths }: Pool, at: number): ServedModel => ({
  card,
  memory: { weightsBytes: weights.byteLength, residentGrowthBytes: growths[at] ?? 0 },
})
