import type { PhotoOutcome } from './classify'
import type { Batch } from './worker'
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
  run(batch: Batch): Promise<readonly PhotoOutcome[]>
  /** Ends the thread once its batch is done, for good. */
  stop(): Promise<void>
}

interface WorkerSlotOptions {
  /** Starts a thread with all models. */
  readonly start: () => Promise<WorkerThread>
  /** How long a batch may take, ms. */
  readonly maxTimeMs: number
  /** Called when a new thread has taken the place of one that ended. */
  readonly onRestart: () => void
  /** Told in words that a thread ended by itself or was ended, and that another could not be started yet. */
  readonly onLost: (reason: string) => void
}

/** Beyond the decoder's own limit, which ends a slow photo without the loss of a thread. */
const GRACE_MS = 1_000
const MIN_RESTART_MS = 100
const MAX_RESTART_MS = 10_000

/** A slot with a thread that has been started. */
export function createWorkerSlot(
  first: WorkerThread,
  { start, maxTimeMs, onRestart, onLost }: WorkerSlotOptions,
): WorkerSlot {
  let thread: WorkerThread | undefined
  let batch: Promise<unknown> | undefined
  let stopping = false
  let late: WorkerTimeout | undefined
  const watch = (started: WorkerThread): void => {
    thread = started
    started.onExit((reason) => {
      thread = undefined
      if (stopping) return
      onLost(late?.message ?? reason)
      late = undefined
      void restart(MIN_RESTART_MS)
    })
  }

  async function restart(delayMs: number): Promise<void> {
    try {
      const started = await start()
      watch(started)
      if (stopping) await started.stop()
      else onRestart()
    } catch (error) {
      if (!stopping) onLost(`no worker thread could be started: ${messageOf(error)}`)
      const again = Math.min(delayMs * 2, MAX_RESTART_MS)
      setTimeout(() => stopping || void restart(again), delayMs).unref()
    }
  }

  async function run(on: WorkerThread, photos: Batch): Promise<readonly PhotoOutcome[]> {
    let timedOut: WorkerTimeout | undefined
    const limitMs = maxTimeMs + GRACE_MS
    const timer = setTimeout(() => {
      timedOut = new WorkerTimeout(`a worker thread did not answer within ${limitMs} ms`)
      late = timedOut
      void on.kill()
    }, limitMs)
    try {
      return await on.run(photos)
    } catch (error) {
      throw timedOut ?? error
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

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
