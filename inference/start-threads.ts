import type { DecoderName } from './decoder'
import { ENGINES, noEngine } from './engine'
import type { EngineChoice, EngineName } from './engine'
import { refusalOf } from './engines/refusal-of'
import { LoadError } from './errors'
import type { Loaded, WorkerOptions } from './worker'
import { startWorkerThread } from './worker-thread'
import type { WorkerThread } from './worker-thread'

interface ThreadsOptions extends WorkerOptions {
  readonly workers: number
}

/** Threads that are warm, all with the same engine, decoder and models. */
export interface Threads {
  readonly threads: readonly WorkerThread[]
  readonly engine: Loaded<EngineName>
  readonly decoder: Loaded<DecoderName>
  /**
   * By how many bytes the process's resident memory (RSS) grew while all threads loaded each model and predicted its
   * largest batch. The first model's has the threads, the decoder and the engine's library in it.
   */
  readonly growths: readonly number[]
  /** Starts another one like them. */
  readonly startAnother: () => Promise<WorkerThread>
}

/**
 * Starts threads and waits until each of them is warm: all, or none. `auto` takes the first engine that is there and
 * runs all models.
 *
 * @throws LoadError if an engine, a decoder or a model cannot be loaded; RangeError for no threads
 */
export async function startThreads(options: ThreadsOptions): Promise<Threads> {
  if (options.engine !== 'auto') return startWith(options.engine, options)
  const reasons: string[] = []
  // Chosen here and not in each thread, as they must have the same one, and tensorflow's must start in turn.
  for (const engine of ENGINES) {
    const refusals = options.models.flatMap((model) => refusalOf(engine, model) ?? [])
    if (refusals.length > 0) {
      reasons.push(...refusals.map((refusal) => `${engine}: ${refusal}`))
      continue
    }
    try {
      return await startWith(engine, options)
    } catch (error) {
      if (!(error instanceof LoadError) || error.code !== 'ENGINE_UNAVAILABLE') throw error
      reasons.push(...error.reasons)
    }
  }
  throw noEngine(reasons)
}

async function startWith(
  engine: EngineChoice,
  { workers, ...others }: ThreadsOptions,
): Promise<Threads> {
  const options = { ...others, engine }
  // libtensorflow crashes when two threads load it at the same moment (2 of 15 starts).
  const start = engine === 'tensorflow' ? inTurn(startWorkerThread) : startWorkerThread
  const furtherModels = options.models.slice(1).map((_, index) => index + 1)
  let resident = process.memoryUsage.rss()
  const grow = (): number => {
    const before = resident
    resident = process.memoryUsage.rss()
    return Math.max(0, resident - before)
  }
  const threads = await allOrNone(Array.from({ length: workers }, () => start(options)))
  const growths = [grow()]
  try {
    // One model after the other, so that what each takes can be told.
    for (const model of furtherModels) {
      await Promise.all(threads.map((thread) => thread.load(model)))
      growths.push(grow())
    }
  } catch (error) {
    await Promise.all(threads.map((thread) => thread.stop()))
    throw error
  }
  const [{ engine: loaded, decoder }] = threads
  return {
    threads,
    engine: loaded,
    decoder,
    growths,
    async startAnother() {
      const thread = await start(options)
      try {
        for (const model of furtherModels) await thread.load(model)
        return thread
      } catch (error) {
        await thread.kill()
        throw error
      }
    },
  }
}

async function allOrNone(
  starting: readonly Promise<WorkerThread>[],
): Promise<readonly [WorkerThread, ...WorkerThread[]]> {
  const settled = await Promise.allSettled(starting)
  const failed = settled.find((start) => start.status === 'rejected')
  const threads = settled.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []))
  const [first, ...others] = threads
  if (failed === undefined && first !== undefined) return [first, ...others]
  await Promise.all(threads.map((thread) => thread.stop()))
  throw failed?.reason ?? new RangeError('a pool needs at least one worker')
}

/** Each call begins when the one before it has ended, well or not. */
function inTurn<Argument, Value>(
  call: (argument: Argument) => Promise<Value>,
): (argument: Argument) => Promise<Value> {
  let previous: Promise<unknown> = Promise.resolve()
  return (argument) => {
    const next = previous.then(() => call(argument))
    previous = next.catch(() => undefined)
    return next
  }
}
