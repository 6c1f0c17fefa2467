import type { Classification } from './prediction'

/** What a caller may ask of one photo. */
export interface ClassifyOptions {
  /** The model's place among those that are served; the first, unless it is given. */
  readonly model?: number
  /** How many of the most probable labels to tell; all of at most 20 labels, else 5, unless it is given. */
  readonly top?: number
  /** Takes the photo out of the queue; once its batch runs the caller is let go and the work is done in vain. */
  readonly signal?: AbortSignal
}

/** A photo that waits for its classification. */
export interface Job {
  readonly photo: Uint8Array
  readonly model: number
  readonly top: number | undefined
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

interface Settle {
  readonly resolve: (classification: Classification) => void
  readonly reject: (reason: unknown) => void
}

/** A job added now, whose outcome is told to `settle`. */
export function createJob(
  photo: Uint8Array,
  { model = 0, top }: ClassifyOptions,
  settle: Settle,
): Job {
  const job: Job = {
    photo,
    model,
    top,
    addedAt: performance.now(),
    alone: false,
    isSettled: false,
    onSettled: undefined,
    resolve(classification) {
      job.isSettled = true
      job.onSettled?.()
      settle.resolve(classification)
    },
    reject(reason) {
      job.isSettled = true
      job.onSettled?.()
      settle.reject(reason)
    },
  }
  return job
}
