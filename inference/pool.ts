import type { PhotoOutcome } from './classify'
import type { DecoderName } from './decoder'
import type { EngineName } from './engine'
import { PhotoError } from './errors'
import { createJobQueue } from './job-queue'
import type { Job, JobQueue } from './job-queue'
import type { Classification } from './prediction'
import type { Loaded, WorkerOptions } from './worker'
import { createWorkerSlot, WorkerTimeout } from './worker-slot'
import type { WorkerSlot } from './worker-slot'
import { startWorkerThread, WorkerLost } from './worker-thread'
import type { WorkerThread } from './worker-thread'

/** How many threads there are and how much waits for them. */
export interface PoolOptions extends WorkerOptions {
  readonly workers: number
  /** Photos that may wait while every worker is busy. */
  readonly maxQueue: number
}

/** What a caller may ask of one photo. */
export interface ClassifyOptions {
  /** Takes the photo out of the queue; once its batch runs the caller is let go and the work is done in vain. */
  readonly signal?: AbortSignal
}

/** Threads that classify photos, and the bounded queue in front of them. */
export interface Pool {
  readonly engine: Loaded<EngineName>
  readonly decoder: Loaded<DecoderName>
  /** Workers that are alive; 0 means that nothing can be classified now. */
  readonly workersAlive: number
  readonly queued: number
  readonly inFlight: number
  /** What the next photo would be refused with, if it would. */
  readonly refusal: PhotoError | undefined
  /** @throws PhotoError what is wrong with the photo; OVERLOADED; TIMED_OUT; AbortError of the signal */
  classify(photo: Uint8Array, options?: ClassifyOptions): Promise<Classification>
  /** Refuses what waits, lets what runs finish, ends the threads. */
  close(): Promise<void>
}

/**
 * Starts the threads and waits until each of them is warm.
 *
 * A worker that becomes free takes what queued while all were busy, its share of it and at most `maxBatch`: a lone
 * photo waits for nobody, and under load batches grow by themselves.
 *
 * @throws LoadError if the engine or decoder cannot be loaded
 */
export async function createPool(options: PoolOptions): Promise<Pool> {
  const { workers, maxBatch, maxQueue, limits } = options
  const threads = await startAll(options)
  const [{ engine, decoder }] = threads
  const queue = createJobQueue({ maxQueue, workers, maxTimeMs: limits.maxTimeMs })
  const slots = threads.map((thread) =>
    createWorkerSlot(thread, { worker: options, onRestart: dispatch }),
  )
  // What decodes on the worker's own thread decodes one photo after the other: together they would only wait for it.
  const largestBatch = decoder.name === 'sharp' ? maxBatch : 1
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
      const outcomes = await slot.run(batch.map(({ photo }) => photo))
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
    get refusal() {
      return queue.refusal
    },
    classify(photo, { signal } = {}) {
      const classified = queue.add(photo, signal)
      dispatch()
      return classified
    },
    async close() {
      queue.clear()
      await Promise.all(slots.map((slot) => slot.stop()))
    },
  }
}

/** All threads or, if one cannot be started, none. */
async function startAll(options: PoolOptions): Promise<readonly [WorkerThread, ...WorkerThread[]]> {
  const settled = await Promise.allSettled(start(options))
  const failed = settled.find((start) => start.status === 'rejected')
  const threads = settled.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []))
  const [first, ...others] = threads
  if (failed === undefined && first !== undefined) return [first, ...others]
  await Promise.all(threads.map((thread) => thread.stop()))
  throw failed?.reason ?? new RangeError('a pool needs at least one worker')
}

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

function start(options: PoolOptions): Promise<WorkerThread>[] {
  let previous: Promise<unknown> = Promise.resolve()
  return Array.from({ length: options.workers }, () => {
    // libtensorflow crashes when two threads load it at the same moment (2 of 15 starts).
    const thread =
      options.engine === 'tensorflow'
        ? previous.then(() => startWorkerThread(options))
        : startWorkerThread(options)
    previous = thread
    return thread
  })
}
