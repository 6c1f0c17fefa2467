import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'

/** Tells when requests are due. */
export interface Metronome {
  /** Starts the plan; `onDue` is told how many requests are due so far, each time that it grows. By performance.now(). */
  start(onDue: (due: number) => void): number
  /** Ends its thread, whether or not all are due. */
  stop(): Promise<void>
}

/**
 * Makes ready a thread that sleeps from one planned send to the next. In the event loop a timer is up to a millisecond and
 * more late, and one that spins would take from a target the core that it needs.
 *
 * @param arrivals ms since the start, ascending
 */
export async function createMetronome(arrivals: readonly number[]): Promise<Metronome> {
  const stopped = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(join(__dirname, 'metronome-thread.cjs'), {
    workerData: { arrivals: Float64Array.from(arrivals), stopped },
    execArgv: [],
  })
  const ended = once(worker, 'exit')
  await once(worker, 'message')
  return {
    start(onDue) {
      worker.on('message', onDue)
      const startedAt = performance.now()
      // The clock of all threads, in ms.
      worker.postMessage(Number(process.hrtime.bigint()) / 1e6)
      return startedAt
    },
    async stop() {
      Atomics.store(stopped, 0, 1)
      Atomics.notify(stopped, 0)
      await worker.terminate()
      await ended
    },
  }
}
