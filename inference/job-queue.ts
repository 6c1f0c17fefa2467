import { PhotoError } from './errors'
import { createJob } from './job'
import type { ClassifyOptions, Job } from './job'
import type { Classification } from './prediction'
import { createQueueLimit } from './queue-limit'

interface JobQueueOptions {
  /** Photos that may wait for each model. */
  readonly maxQueue: number
  readonly workers: number
  readonly maxTimeMs: number
  /** Of QueueLimit. */
  readonly crowdedMs?: number
}

/** Photos in order of arrival, bounded for each model. */
export interface JobQueue {
  readonly length: number
  /** OVERLOADED while it is full for the model, or closed. */
  refusalOf(model: number): PhotoError | undefined
  /** @throws PhotoError OVERLOADED when full or closed, TIMED_OUT when it waited too long */
  add(photo: Uint8Array, options?: ClassifyOptions): Promise<Classification>
  /**
   * The next batch: the photo that waits longest, with the next ones for the same model, one worker's share of what waits,
   * at most `maxBatch`, and no more bytes than go with a quick batch. So no model waits for another's queue to end, and no
   * photo for several that are large.
   */
  take(maxBatch: number): readonly Job[]
  /** Jobs go to the front again, whether the queue is full or not. */
  putBack(jobs: readonly Job[]): void
  /** Fails jobs as TIMED_OUT. */
  expire(jobs: readonly Job[]): void
  /** Tells how long a batch took, from which Retry-After is told. */
  learn(batchMs: number, photos: number): void
  /** Fails everything that waits and takes no more. */
  clear(): void
}

/** Of a batch of several photos: larger ones take so long to decode that predicting them together saves little. */
const MOST_BATCH_BYTES = 256 * 1024

/** Weight of the newest batch in the running mean of the time a photo takes. */
const NEWEST_WEIGHT = 0.1

/** The pool's queue; pure bookkeeping, it starts nothing. */
export function createJobQueue(options: JobQueueOptions): JobQueue {
  const { workers, maxTimeMs } = options
  let jobs: Job[] = []
  const limit = createQueueLimit(options)
  const estimate = createDrainEstimate(workers)
  let closed = false
  let watching = false

  const overloaded = (): PhotoError =>
    new PhotoError('OVERLOADED', 'too many photos are waiting, try again later', {
      retryAfterSeconds: estimate.secondsFor(jobs.length + 1),
    })

  const refusalOf = (model: number): PhotoError | undefined =>
    closed || limit.isFull(jobs, model) ? overloaded() : undefined

  function expire(late: readonly Job[]): void {
    for (const job of late) {
      job.reject(new PhotoError('TIMED_OUT', `the photo was not classified within ${maxTimeMs} ms`))
    }
  }

  function dropLate(): void {
    const earliest = performance.now() - maxTimeMs
    expire(jobs.filter((job) => job.addedAt < earliest))
    jobs = jobs.filter((job) => job.addedAt >= earliest)
  }

  const leave = (job: Job): void => {
    jobs = jobs.filter((other) => other !== job)
  }

  /** Also while nobody takes anything: no photo waits longer than it may. */
  function watch(): void {
    if (watching || jobs.length === 0) return
    watching = true
    const oldest = jobs.reduce((least, { addedAt }) => Math.min(least, addedAt), Infinity)
    const look = (): void => {
      watching = false
      dropLate()
      watch()
    }
    setTimeout(look, oldest + maxTimeMs - performance.now() + 1).unref()
  }

  return {
    get length() {
      return jobs.length
    },
    refusalOf,
    add(photo, options = {}) {
      const { model = 0, signal } = options
      const refused = refusalOf(model)
      if (refused !== undefined) return Promise.reject(refused)
      return new Promise((resolve, reject) => {
        const job = createJob(photo, options, { resolve, reject })
        if (signal !== undefined)
          leaveOnAbort(job, signal, () => {
            leave(job)
          })
        if (signal?.aborted !== true) jobs.push(job)
        watch()
      })
    },
    take(maxBatch) {
      dropLate()
      const share = Math.min(maxBatch, Math.ceil(jobs.length / workers))
      const batch = new Set(toBatch(jobs, share))
      jobs = jobs.filter((job) => !batch.has(job))
      return [...batch]
    },
    putBack(returned) {
      const waited = returned.filter((job) => !job.isSettled)
      if (closed) for (const job of waited) job.reject(overloaded())
      else jobs.unshift(...waited)
      watch()
    },
    expire,
    learn: estimate.learn,
    clear() {
      closed = true
      for (const job of jobs) job.reject(overloaded())
      jobs = []
    },
  }
}

/**
 * The first job and the next ones of the same model, at most `share` and MOST_BATCH_BYTES, none behind one that must be
 * alone.
 */
function toBatch(jobs: readonly Job[], share: number): readonly Job[] {
  const [first] = jobs
  if (first === undefined || first.alone) return jobs.slice(0, 1)
  const batch: Job[] = []
  let bytes = 0
  for (const job of jobs) {
    if (job.alone || batch.length === share) break
    if (job.model !== first.model) continue
    bytes += job.photo.length
    if (batch.length > 0 && bytes > MOST_BATCH_BYTES) break
    batch.push(job)
  }
  return batch
}

/** Lets a job leave its queue when its signal aborts, until it is settled. */
function leaveOnAbort(job: Job, signal: AbortSignal, leave: () => void): void {
  const onAbort = (): void => {
    leave()
    job.reject(signal.reason)
  }
  if (signal.aborted) {
    onAbort()
    return
  }
  signal.addEventListener('abort', onAbort, { once: true })
  job.onSettled = () => {
    signal.removeEventListener('abort', onAbort)
  }
}

interface DrainEstimate {
  readonly learn: (batchMs: number, photos: number) => void
  /** Whole seconds, at least 1, in which so many photos will have been worked on. */
  readonly secondsFor: (photos: number) => number
}

/** From a running mean of the time that a photo takes. */
function createDrainEstimate(workers: number): DrainEstimate {
  let meanPhotoMs = 0
  return {
    learn(batchMs, photos) {
      const photoMs = batchMs / photos
      meanPhotoMs += meanPhotoMs === 0 ? photoMs : NEWEST_WEIGHT * (photoMs - meanPhotoMs)
    },
    secondsFor: (photos) => Math.max(1, Math.ceil((photos * meanPhotoMs) / workers / 1000)),
  }
}
