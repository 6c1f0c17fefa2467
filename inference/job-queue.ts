import { PhotoError } from './errors'
import type { Classification } from './prediction'

/** A photo that waits for its classification. */
export interface Job {
  readonly photo: Uint8Array
  /** `performance.now()` when it was added. */
  readonly addedAt: number
  /** Must not share a batch: the thread that had it before ended. */
  alone: boolean
  /** True once it is resolved or rejected. */
  isSettled: boolean
  /** Called then. */
  onSettled: (() => void) | undefined
  readonly resolve: (classification: Classification) => void
  readonly reject: (reason: unknown) => void
}

interface JobQueueOptions {
  readonly maxQueue: number
  readonly workers: number
  readonly maxTimeMs: number
}

/** Photos in order of arrival, bounded. */
export interface JobQueue {
  readonly length: number
  /** OVERLOADED while it is full or closed. */
  readonly refusal: PhotoError | undefined
  /** @throws PhotoError OVERLOADED when full or closed, TIMED_OUT when it waited too long */
  add(photo: Uint8Array, signal?: AbortSignal): Promise<Classification>
  /** The next batch: one worker's share of what waits, at most `maxBatch` photos. */
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

/** Weight of the newest batch in the running mean of the time a photo takes. */
const NEWEST_WEIGHT = 0.1

/** The pool's queue; pure bookkeeping, it starts nothing. */
export function createJobQueue({ maxQueue, workers, maxTimeMs }: JobQueueOptions): JobQueue {
  let jobs: Job[] = []
  const estimate = createDrainEstimate(workers)
  let closed = false
  let watching = false

  const overloaded = (): PhotoError =>
    new PhotoError('OVERLOADED', 'too many photos are waiting, try again later', {
      retryAfterSeconds: estimate.secondsFor(jobs.length + 1),
    })

  const refusal = (): PhotoError | undefined =>
    closed || jobs.length >= maxQueue ? overloaded() : undefined

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
    get refusal() {
      return refusal()
    },
    add(photo, signal) {
      const refused = refusal()
      if (refused !== undefined) return Promise.reject(refused)
      return new Promise((resolve, reject) => {
        const job = createJob(photo, resolve, reject)
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
      if (jobs[0]?.alone === true) return jobs.splice(0, 1)
      const share = Math.min(maxBatch, Math.ceil(jobs.length / workers))
      const firstAlone = jobs.findIndex((job) => job.alone)
      return jobs.splice(0, firstAlone === -1 ? share : Math.min(share, firstAlone))
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

function createJob(
  photo: Uint8Array,
  resolve: (classification: Classification) => void,
  reject: (reason: unknown) => void,
): Job {
  const job: Job = {
    photo,
    addedAt: performance.now(),
    alone: false,
    isSettled: false,
    onSettled: undefined,
    resolve(classification) {
      job.isSettled = true
      job.onSettled?.()
      resolve(classification)
    },
    reject(reason) {
      job.isSettled = true
      job.onSettled?.()
      reject(reason)
    },
  }
  return job
}
