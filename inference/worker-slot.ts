import type { PhotoOutcome } from './classify'
import type { WorkerOptions } from './worker'
import { startWorkerThread } from './worker-thread'
import type { WorkerThread } from './worker-thread'

/** A thread did not answer in time and was ended. */
export class WorkerTimeout extends Error {
  override readonly name = 'WorkerTimeout'
}

/** A place for a worker thread: if the thread ends, another is started. */
export interface WorkerSlot {
  readonly isAlive: boolean
  readonly isFree: boolean
  /** @throws WorkerTimeout, WorkerLost; whatever went wrong in the thread */
  run(photos: readonly Uint8Array[]): Promise<readonly PhotoOutcome[]>
  /** Ends the thread once its batch is done, for good. */
  stop(): Promise<void>
}

interface WorkerSlotOptions {
  readonly worker: WorkerOptions
  /** Called when a new thread has taken the place of one that ended. */
  readonly onRestart: () => void
}

/** Beyond the decoder's own limit, which ends a slow photo without the loss of a thread. */
const GRACE_MS = 1_000
const MIN_RESTART_MS = 100
const MAX_RESTART_MS = 10_000

/** A slot with a thread that has been started. */
export function createWorkerSlot(
  first: WorkerThread,
  { worker, onRestart }: WorkerSlotOptions,
): WorkerSlot {
  let thread: WorkerThread | undefined
  let batch: Promise<unknown> | undefined
  let stopping = false
  const watch = (started: WorkerThread): void => {
    thread = started
    started.onExit(() => {
      thread = undefined
      if (!stopping) void restart(MIN_RESTART_MS)
    })
  }

  async function restart(delayMs: number): Promise<void> {
    try {
      const started = await startWorkerThread(worker)
      watch(started)
      if (stopping) await started.stop()
      else onRestart()
    } catch {
      const again = Math.min(delayMs * 2, MAX_RESTART_MS)
      setTimeout(() => stopping || void restart(again), delayMs).unref()
    }
  }

  async function run(
    on: WorkerThread,
    photos: readonly Uint8Array[],
  ): Promise<readonly PhotoOutcome[]> {
    const late: { error?: WorkerTimeout } = {}
    const timer = setTimeout(() => {
      late.error = new WorkerTimeout('a worker thread did not answer in time')
      void on.kill()
    }, worker.limits.maxTimeMs + GRACE_MS)
    try {
      return await on.run(photos)
    } catch (error) {
      throw late.error ?? error
    } finally {
      clearTimeout(timer)
      batch = undefined
    }
  }

  watch(first)
  return {
    get isAlive() {
      return thread !== undefined
    },
    get isFree() {
      return thread !== undefined && batch === undefined
    },
    run(photos) {
      if (thread === undefined) throw new Error('the slot has no thread')
      const outcomes = run(thread, photos)
      batch = outcomes
      return outcomes
    },
    async stop() {
      stopping = true
      await batch?.catch(() => undefined)
      await thread?.stop()
    },
  }
}
