import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { createClassifier, warmUp } from './classify'
import type { ClassifyBatch, PhotoOutcome } from './classify'
import { loadDecoder, toLargestBatch } from './decoder'
import type { DecoderChoice, DecoderName } from './decoder'
import { loadEngine } from './engine'
import type { Engine, EngineChoice, EngineName } from './engine'
import type { LoadErrorCode } from './errors'
import { LoadError } from './errors'
import type { Model } from './model'
import type { PhotoLimits } from './photo-header'

/** Marks the threads that are ours, as every thread of a bundle runs the whole of it. */
const KIND = 'photo-twin/worker'

/** The file to start a worker thread with: this one, or the bundle it is in. */
export const WORKER_FILE = __filename

/** What a worker thread needs; the models' weights are shared memory. */
export interface WorkerOptions {
  /** What the thread runs, WORKER_FILE or a bundle of this file alone, which loads faster. */
  readonly workerFile: string
  /** The thread starts with the first of them and is told to load the others. */
  readonly models: readonly [Model, ...Model[]]
  readonly engine: EngineChoice
  readonly decoder: DecoderChoice
  readonly codecsFolder?: string
  readonly limits: PhotoLimits
  readonly maxBatch: number
}

/** An engine or a decoder that was loaded. */
export interface Loaded<Name extends string> {
  readonly name: Name
  readonly version: string
}

/** From a thread to the pool: first whether it is there, then one answer to each message. */
export type WorkerMessage =
  | {
      readonly state: 'ready'
      readonly engine: Loaded<EngineName>
      readonly decoder: Loaded<DecoderName>
    }
  | {
      readonly state: 'unavailable'
      readonly code: LoadErrorCode | undefined
      readonly reason: string
      /** LoadError's. */
      readonly reasons: readonly string[]
    }
  | { readonly state: 'loaded' }
  | { readonly state: 'answered'; readonly outcomes: readonly PhotoOutcome[] }
  | { readonly state: 'failed'; readonly reason: string }

/** Photos for one model. */
export interface Batch {
  /** The model's place in WorkerOptions. */
  readonly model: number
  readonly photos: readonly Uint8Array[]
  /** Of each photo how many of the most probable labels to tell; undefined: the usual number. */
  readonly tops: readonly (number | undefined)[]
}

/** From the pool to a thread: another model to load, a batch of photos, or the wish that it ends. */
export type PoolMessage = Work | { readonly stop: true }

/** What is answered. */
type Work = { readonly load: number } | { readonly classify: Batch }

export const toWorkerData = (options: WorkerOptions): unknown => ({ kind: KIND, options })

const reasonOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error)

function toUnavailable(error: unknown): WorkerMessage {
  const { code, reasons } = error instanceof LoadError ? error : { code: undefined, reasons: [] }
  const reason = error instanceof LoadError ? error.message : reasonOf(error)
  return { state: 'unavailable', code, reason, reasons }
}

async function serve(port: MessagePort, options: WorkerOptions): Promise<void> {
  const { models, limits, maxBatch } = options
  const engines: Engine[] = []
  const classifiers: ClassifyBatch[] = []
  const decoderLoaded = loadDecoder(options.decoder, options.codecsFolder)

  async function load(at: number): Promise<Engine> {
    const model = models[at]
    if (model === undefined) throw new RangeError(`there is no model ${at}`)
    const [engine, decoder] = await Promise.all([loadEngine(model, options.engine), decoderLoaded])
    await warmUp(model, engine, toLargestBatch(decoder.name, maxBatch))
    engines[at] = engine
    classifiers[at] = createClassifier({ model, engine, decoder, limits })
    return engine
  }

  async function answer(work: Work): Promise<WorkerMessage> {
    if ('load' in work) return load(work.load).then(() => ({ state: 'loaded' }), toUnavailable)
    const { model, photos, tops } = work.classify
    const classify = classifiers[model]
    if (classify === undefined) throw new Error(`model ${model} is not loaded`)
    return { state: 'answered', outcomes: await classify(photos, tops) }
  }

  const send = (message: WorkerMessage): void => {
    port.postMessage(message)
  }
  try {
    const engine = await load(0)
    port.on('message', (message: PoolMessage) => {
      if ('stop' in message) {
        port.close()
        void Promise.all(engines.map((loaded) => loaded.close()))
        return
      }
      answer(message).then(send, (error: unknown) => {
        send({ state: 'failed', reason: reasonOf(error) })
      })
    })
    send({ state: 'ready', engine: nameOf(engine), decoder: nameOf(await decoderLoaded) })
  } catch (error) {
    send(toUnavailable(error))
    port.close()
  }
}

const nameOf = <Name extends string>({ name, version }: Loaded<Name>): Loaded<Name> => ({
  name,
  version,
})

function isOurs(data: unknown): data is { readonly options: WorkerOptions } {
  return typeof data === 'object' && data !== null && 'kind' in data && data.kind === KIND
}

if (!isMainThread && parentPort !== null && isOurs(workerData)) {
  void serve(parentPort, workerData.options)
}
