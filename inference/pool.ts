import type { PhotoOutcome } from './classify'
import { toLargestBatch } from './decoder'
import type { DecoderName } from './decoder'
import type { EngineName } from './engine'
import { PhotoError } from './errors'
import type { ClassifyOptions, Job } from './job'
import { createJobQueue } from './job-queue'
import type { JobQueue } from './job-queue'
import type { Classification } from './prediction'
import { startThreads } from './start-threads'
import type { Batch, Loaded, WorkerOptions } from './worker'
import { createWorkerSlot, WorkerTimeout } from './worker-slot'
import type { WorkerSlot } from './worker-slot'
import { WorkerLost } from './worker-thread'

/** How many threads there are and how much waits for them. */
export interface PoolOptions extends WorkerOptions {
  readonly workers: number
  /** Photos that may wait for each model while every worker is busy. */
  readonly maxQueue: number
  /** Told in words that a worker thread ended, or could not be started again; one that ended is started anew. */
  readonly onWorkerLost?: (reason: string) => void
}

/** Threads that classify photos, and the bounded queue in front of them. */
export interface Pool {
  readonly engine: Loaded<EngineName>
  readonly decoder: Loaded<DecoderName>
  /** Workers that are alive; 0 means that nothing can be classified now. */
  readonly workersAlive: number
  readonly queued: number
  readonly inFlight: number
  /** Bytes by which the process's memory grew with each model, measured at start (`Threads`). */
  readonly growths: readonly number[]
  /** What the next photo for the model would be refused with, if it would. */
  refusalOf(model: number): PhotoError | undefined
  /** @throws PhotoError what is wrong with the photo; OVERLOADED; TIMED_OUT; AbortError of the signal */
  classify(photo: Uint8Array, options?: ClassifyOptions): Promise<Classification>
  /** Refuses what waits, lets what runs finish, ends the threads. */
  close(): Promise<void>
}

/**
 * Starts the threads and waits until each of them is warm.
 *
 * A worker that becomes free takes what queued while all were busy, its share of it and at most `maxBatch`, for one
 * model: a lone photo waits for nobody, and under load batches grow by themselves.
 *
 * @throws LoadError if the engine or decoder cannot be loaded
 */
export async function createPool({
  maxQueue,
  onWorkerLost: onLost = () => undefined,
  ...options
}: PoolOptions): Promise<Pool> {
  const { workers, maxBatch } = options
  const { maxTimeMs } = options.limits
  const { threads, engine, decoder, growths, startAnother: start } = await startThreads(options)
  const queue = createJobQueue({ maxQueue, workers, maxTimeMs })
  const slots = threads.map((thread) =>
    createWorkerSlot(thread, { start, maxTimeMs, onRestart: dispatch, onLost }),
  )
  const largestBatch = toLargestBatch(decoder.name, maxBatch)
  let inFlight = 0

  function dispatch(): void {
    for (const slot of slots) {
      if (!slot.isFree) continue
      const batch = queue.take(largestBatch)
      if (batch.length > 0) void runBatch(slot, batch)
    }
  }

  async function runBatch(slot: WorkerSlot, batch: readonly Job[]): Promise<void> {
    inFlight += batch.length
    const startedAt = performance.now()
    try {
      const outcomes = await slot.run(toWorkerBatch(batch))
      queue.learn(performance.now() - startedAt, batch.length)
      batch.forEach((job, i) => {
        settle(job, outcomes[i])
      })
    } catch (error) {
      giveUp(queue, batch, error)
    } finally {
      inFlight -= batch.length
      dispatch()
    }
  }

  return {
    engine,
    decoder,
    get workersAlive() {
      return slots.filter(({ isAlive }) => isAlive).length
    },
    get queued() {
      return queue.length
    },
    get inFlight() {
      return inFlight
    },
    growths,
    refusalOf: (model) => queue.refusalOf(model),
    classify(photo, options) {
      const classified = queue.add(photo, options)
      dispatch()
      return classified
    },
    async close() {
      queue.clear()
      await Promise.all(slots.map((slot) => slot.stop()))
    },
  }
}

const toWorkerBatch = (jobs: readonly Job[]): Batch => ({
  model: jobs[0]?.model ?? 0,
  photos: jobs.map(({ photo }) => photo),
  tops: jobs.map(({ top }) => top),
})

/** A photo may have ended the thread: each of the batch gets one more try by itself, so that it harms no other. */
function giveUp(queue: JobQueue, batch: readonly Job[], error: unknown): void {
  if (error instanceof WorkerTimeout) {
    queue.expire(batch)
  } else if (error instanceof WorkerLost && batch[0]?.alone === false) {
    for (const job of batch) job.alone = true
    queue.putBack(batch)
  } else {
    for (const job of batch) job.reject(error)
  }
}

function settle(job: Job, outcome: PhotoOutcome | undefined): void {
  if (outcome?.state === 'completed') {
    const { prediction, decodeMs, predictMs } = outcome
    const totalMs = performance.now() - job.addedAt
    const queueMs = Math.max(0, totalMs - decodeMs - predictMs)
    job.resolve({ prediction, timings: { queueMs, decodeMs, predictMs, totalMs } })
  } else if (outcome === undefined) {
    job.reject(new Error('the worker did not answer for every photo'))
  } else {
    job.reject(new PhotoError(outcome.code, outcome.reason))
  }
}
