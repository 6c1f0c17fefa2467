import type { PhotoOutcome } from './classify'
import type { DecoderName } from './decoder'
import type { EngineName } from './engine'
import { PhotoError } from './errors'
import { createJobQueue } from './job-queue'
import type { Job } from './job-queue'
import type { Classification } from './prediction'
import type { Loaded, WorkerOptions } from './worker'
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
  /** Takes the photo out of the queue; once its batch runs it has no effect. */
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

interface Slot {
  thread: WorkerThread | undefined
  busy: boolean
}

/** Beyond the decoder's own limit, which ends a slow photo without the loss of a thread. */
const GRACE_MS = 1_000
const MIN_RESTART_MS = 100
const MAX_RESTART_MS = 10_000

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
  const slots: Slot[] = threads.map((thread) => ({ thread, busy: false }))
  const queue = createJobQueue({ maxQueue, workers, maxTimeMs: limits.maxTimeMs })
  let inFlight = 0
  let closing = false

  function dispatch(): void {
    for (const slot of slots) {
      if (slot.thread === undefined || slot.busy) continue
      const batch = queue.take(maxBatch)
      if (batch.length === 0) return
      void runBatch(slot, slot.thread, batch)
    }
  }

  async function runBatch(slot: Slot, thread: WorkerThread, batch: readonly Job[]): Promise<void> {
    slot.busy = true
    inFlight += batch.length
    let timedOut = false
    const timer = setTimeout(() => {
      timedOut = true
      void thread.kill()
    }, limits.maxTimeMs + GRACE_MS)
    const startedAt = performance.now()
    try {
      const outcomes = await thread.run(batch.map(({ photo }) => photo))
      queue.learn(performance.now() - startedAt, batch.length)
      batch.forEach((job, i) => {
        settle(job, outcomes[i])
      })
    } catch (error) {
      if (timedOut) queue.expire(batch)
      else if (error instanceof WorkerLost && !closing) retryAlone(batch, error)
      else for (const job of batch) job.reject(error)
    } finally {
      clearTimeout(timer)
      inFlight -= batch.length
      slot.busy = false
      dispatch()
    }
  }

  /** A photo may have ended the thread: each gets one more try by itself, so that it harms no other. */
  function retryAlone(batch: readonly Job[], error: WorkerLost): void {
    const [job] = batch
    if (job?.alone === true) {
      job.reject(error)
      return
    }
    for (const job of batch) job.alone = true
    queue.putBack(batch)
  }

  function watch(slot: Slot): void {
    slot.thread?.onExit(() => {
      slot.thread = undefined
      if (!closing) void restart(slot, MIN_RESTART_MS)
    })
  }

  async function restart(slot: Slot, delayMs: number): Promise<void> {
    try {
      const thread = await startWorkerThread(options)
      if (closing) {
        await thread.kill()
        return
      }
      slot.thread = thread
      watch(slot)
      dispatch()
    } catch {
      const timer = setTimeout(() => {
        if (!closing) void restart(slot, Math.min(delayMs * 2, MAX_RESTART_MS))
      }, delayMs)
      timer.unref()
    }
  }

  slots.forEach(watch)
  return {
    engine,
    decoder,
    get workersAlive() {
      return slots.filter(({ thread }) => thread !== undefined).length
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
    async classify(photo, { signal } = {}) {
      const classified = queue.add(photo, signal)
      dispatch()
      return classified
    },
    async close() {
      closing = true
      queue.clear()
      await Promise.all(slots.map(async ({ thread }) => thread?.stop()))
    },
  }
}

async function startAll(options: PoolOptions): Promise<readonly [WorkerThread, ...WorkerThread[]]> {
  const starts = Array.from({ length: options.workers }, () => startWorkerThread(options))
  const [first, ...others] = await Promise.all(starts)
  if (first === undefined) throw new RangeError('a pool needs at least one worker')
  return [first, ...others]
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
