import type { Job } from './job'

/** A worker's share, and of one worker room for 20 requests at once, as the paper has them. */
const QUEUED_PER_WORKER = 16
const LEAST_QUEUED = 32

/** Of the queue, what may wait while more comes than is done: enough for the threads, and little to wait for. */
const SHARE_WHILE_CROWDED = 1 / 4
/**
 * How long that is then so. What fills the queue to find out whether it is still so is one photo in some hundreds; and
 * 20 clients that each wait for their answers, whom a quarter does not do for, are refused for no longer.
 */
const CROWDED_MS = 10_000

/** How many photos may wait, unless it is said otherwise. */
export const toMaxQueue = (workers: number): number =>
  Math.max(LEAST_QUEUED, QUEUED_PER_WORKER * workers)

/** How many photos may wait for each model. */
export interface QueueLimit {
  /** Whether one more would be too many. */
  isFull(jobs: readonly Job[], model: number): boolean
}

interface QueueLimitOptions {
  readonly maxQueue: number
  readonly crowdedMs?: number | undefined
}

/**
 * A burst may fill the queue; for a while after it was full it takes a quarter, as where more comes than is done a long
 * queue answers no more photos, but each of them later.
 */
export function createQueueLimit({
  maxQueue,
  crowdedMs = CROWDED_MS,
}: QueueLimitOptions): QueueLimit {
  const mostWhileCrowded = Math.ceil(maxQueue * SHARE_WHILE_CROWDED)
  // By model, on the clock of performance.now().
  const crowdedUntil = new Map<number, number>()
  return {
    isFull(jobs, model) {
      // They are counted only where there might be as many.
      if (jobs.length < mostWhileCrowded) return false
      const waiting = jobs.filter((job) => job.model === model).length
      const now = performance.now()
      if (now < (crowdedUntil.get(model) ?? 0)) return waiting >= mostWhileCrowded
      if (waiting < maxQueue) return false
      crowdedUntil.set(model, now + crowdedMs)
      return true
    },
  }
}
