import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { createClassifier, warmUp } from './classify'
import type { PhotoOutcome } from './classify'
import { loadDecoder } from './decoder'
import type { DecoderChoice, DecoderName } from './decoder'
import { loadEngine } from './engine'
import type { EngineChoice, EngineName } from './engine'
import type { LoadErrorCode } from './errors'
import { LoadError } from './errors'
import type { Model } from './model'
import type { PhotoLimits } from './photo-header'

/** Marks the threads that are ours, as every thread of a bundle runs the whole of it. */
const KIND = 'photo-twin/worker'

/** The file to start a worker thread with: this one, or the bundle it is in. */
export const WORKER_FILE = __filename

/** What a worker thread needs; the model's weights are shared memory. */
export interface WorkerOptions {
  /** What the thread runs, WORKER_FILE or a bundle of this file alone, which loads faster. */
  readonly workerFile: string
  readonly model: Model
  readonly engine: EngineChoice
  readonly decoder: DecoderChoice
  readonly limits: PhotoLimits
  readonly maxBatch: number
}

/** An engine or a decoder that was loaded. */
export interface Loaded<Name extends string> {
  readonly name: Name
  readonly version: string
}

/** From a thread to the pool: first whether it is there, then one answer to each batch. */
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
    }
  | { readonly state: 'answered'; readonly outcomes: readonly PhotoOutcome[] }
  | { readonly state: 'failed'; readonly reason: string }

/** From the pool to a thread: a batch of photos, or the wish that it ends. */
export type PoolMessage = readonly Uint8Array[] | 'stop'

export const toWorkerData = (options: WorkerOptions): unknown => ({ kind: KIND, options })

const reasonOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error)

async function serve(port: MessagePort, options: WorkerOptions): Promise<void> {
  const send = (message: WorkerMessage): void => {
    port.postMessage(message)
  }
  try {
    const { model, limits, maxBatch } = options
    const [engine, decoder] = await Promise.all([
      loadEngine(model, options.engine),
      loadDecoder(options.decoder),
    ])
    await warmUp(model, engine, maxBatch)
    const classify = createClassifier({ model, engine, decoder, limits })
    port.on('message', (message: PoolMessage) => {
      if (message === 'stop') {
        port.close()
        void engine.close()
        return
      }
      classify(message).then(
        (outcomes) => {
          send({ state: 'answered', outcomes })
        },
        (error: unknown) => {
          send({ state: 'failed', reason: reasonOf(error) })
        },
      )
    })
    send({ state: 'ready', engine: nameOf(engine), decoder: nameOf(decoder) })
  } catch (error) {
    const code = error instanceof LoadError ? error.code : undefined
    send({
      state: 'unavailable',
      code,
      reason: error instanceof LoadError ? error.message : reasonOf(error),
    })
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
