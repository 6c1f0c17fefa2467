import { PhotoError } from './errors'
import type { Classification } from './prediction'

/** A photo that waits for its classification. */
export interface Job {
  readonly photo: Uint8Array
  /** `performance.now()` when it was added. */
  readonly addedAt: number
  /** Must not share a batch: the thread that had it before ended. */
  alone: boolean
  /** Called once it is resolved or rejected. */
  settled: (() => void) | undefined
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
  let meanPhotoMs = 0
  let closed = false

  const overloaded = (): PhotoError => {
    const drainMs = ((jobs.length + 1) * meanPhotoMs) / workers
    return new PhotoError('OVERLOADED', 'too many photos are waiting, try again later', {
      retryAfterSeconds: Math.max(1, Math.ceil(drainMs / 1000)),
    })
  }

  const refusal = (): PhotoError | undefined =>
    closed || jobs.length >= maxQueue ? overloaded() : undefined

  function expire(late: readonly Job[]): void {
    for (const job of late) {
      job.reject(new PhotoError('TIMED_OUT', `the photo was not classified within ${maxTimeMs} ms`))
    }
  }

  function dropLate(): void {
    const earliest = performance.now() - maxTimeMs
    if ((jobs[0]?.addedAt ?? Infinity) >= earliest) return
    expire(jobs.filter((job) => job.addedAt < earliest))
    jobs = jobs.filter((job) => job.addedAt >= earliest)
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
        if (signal !== undefined) leaveOnAbort(job, signal)
        if (signal?.aborted !== true) jobs.push(job)
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
      if (closed) for (const job of returned) job.reject(overloaded())
      else jobs.unshift(...returned)
    },
    expire,
    learn(batchMs, photos) {
      const photoMs = batchMs / photos
      const change = meanPhotoMs === 0 ? photoMs : NEWEST_WEIGHT * (photoMs - meanPhotoMs)
      meanPhotoMs += change
    },
    clear() {
      closed = true
      for (const job of jobs) job.reject(overloaded())
      jobs = []
    },
  }

  /** Takes a job out of the queue when its signal aborts, and stops listening once the job is settled. */
  function leaveOnAbort(job: Job, signal: AbortSignal): void {
    const leave = (): void => {
      jobs = jobs.filter((other) => other !== job)
      job.reject(signal.reason)
    }
    if (signal.aborted) {
      leave()
      return
    }
    signal.addEventListener('abort', leave, { once: true })
    job.settled = () => {
      signal.removeEventListener('abort', leave)
    }
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
    settled: undefined,
    resolve(classification) {
      job.settled?.()
      resolve(classification)
    },
    reject(reason) {
      job.settled?.()
      reject(reason)
    },
  }
  return job
}
