import { SHARE_ENV, Worker } from 'node:worker_threads'
import type { PhotoOutcome } from './classify'
import type { DecoderName } from './decoder'
import type { EngineName } from './engine'
import { LoadError } from './errors'
import { createSharedPhotos } from './shared-photos'
import { toWorkerData } from './worker'
import type { Batch, Loaded, PoolMessage, WorkerMessage, WorkerOptions } from './worker'

const STOP_TIME_MS = 2_000

/** What lives no longer than its photo: V8's 48 MB would be filled before it is looked at, and no photo is faster for it. */
const MAX_YOUNG_MB = 3

/** The thread ended with a batch in its hands. */
export class WorkerLost extends Error {
  override readonly name = 'WorkerLost'
}

/** An engine with its models on a thread of its own; takes one batch at a time. */
export interface WorkerThread {
  readonly engine: Loaded<EngineName>
  readonly decoder: Loaded<DecoderName>
  /**
   * Loads another model; not while a batch runs.
   *
   * @param model its place in WorkerOptions
   * @throws LoadError what is wrong with it; WorkerLost
   */
  load(model: number): Promise<void>
  /** @throws WorkerLost if the thread ends before it answers */
  run(batch: Batch): Promise<readonly PhotoOutcome[]>
  /** Ends the thread, by force if it does not end by itself. */
  stop(): Promise<void>
  /** Ends the thread at once; a batch that runs is lost. */
  kill(): Promise<void>
  /** The listener is told in words how the thread ended, also if it has by now. */
  onExit(listener: (reason: string) => void): void
}

/**
 * Starts a thread with its decoder, its engine and the first of its models loaded and warm.
 *
 * @throws LoadError what the thread could not load
 */
export async function startWorkerThread(options: WorkerOptions): Promise<WorkerThread> {
  const { workerFile } = options
  const worker = new Worker(workerFile, {
    workerData: toWorkerData(options),
    // libtensorflow reads its thread counts from the process's own environment.
    env: SHARE_ENV,
    // From source the thread needs the compiler that the process has.
    resourceLimits: { maxYoungGenerationSizeMb: MAX_YOUNG_MB },
    execArgv: workerFile.endsWith('.ts') ? ['--require', 'ts-node/register'] : [],
  })
  // Without a listener an error in a thread would end the process; its exit is what counts.
  let cause: unknown
  worker.on('error', (error) => (cause = error))
  const ended = new Promise<string>((resolve) => {
    worker.once('exit', (exitCode) => {
      const why = cause instanceof Error ? `: ${cause.message}` : ''
      resolve(`a worker thread ended with code ${exitCode}${why}`)
    })
  })
  const next = (): Promise<WorkerMessage> => receive(worker, () => cause)
  const ask = (message: PoolMessage): Promise<WorkerMessage> => {
    const answer = next()
    worker.postMessage(message)
    return answer
  }
  const share = createSharedPhotos()
  const ready = await next()
  if (ready.state !== 'ready') throw toError(ready)
  return {
    engine: ready.engine,
    decoder: ready.decoder,
    async load(model) {
      const message = await ask({ load: model })
      if (message.state !== 'loaded') throw toError(message)
    },
    async run(batch) {
      const message = await ask({ classify: { ...batch, photos: share(batch.photos) } })
      if (message.state === 'answered') return message.outcomes
      throw toError(message)
    },
    async stop() {
      const exited = new Promise((resolve) => worker.once('exit', resolve))
      worker.postMessage({ stop: true } satisfies PoolMessage)
      const timer = setTimeout(() => void worker.terminate(), STOP_TIME_MS)
      await exited
      clearTimeout(timer)
    },
    async kill() {
      await worker.terminate()
    },
    onExit: (listener) => void ended.then(listener),
  }
}

function receive(worker: Worker, cause: () => unknown): Promise<WorkerMessage> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: WorkerMessage): void => {
      worker.off('exit', onExit)
      resolve(message)
    }
    const onExit = (exitCode: number): void => {
      worker.off('message', onMessage)
      reject(new WorkerLost(`a worker thread ended with code ${exitCode}`, { cause: cause() }))
    }
    worker.once('message', onMessage)
    worker.once('exit', onExit)
  })
}

function toError(message: WorkerMessage): Error {
  if (message.state === 'unavailable' && message.code !== undefined) {
    return new LoadError(message.code, message.reason, { reasons: message.reasons })
  }
  return new Error('reason' in message ? message.reason : `unexpected ${message.state}`)
}
