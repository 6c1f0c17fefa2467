import { createInference, describe } from '../inference'
import type {
  Consume,
  Inference,
  InferenceDescription,
  InferenceOptions,
  Respond,
  ResponseOutcome,
} from '../inference'

/** Models for a function, whose host may or may not tell it when it starts and ends. */
export interface LazyInference {
  /** Answers a request; the first one loads the models. A fault of ours is reported on standard error. */
  readonly answer: Respond
  /** Answers a message, in the same way. */
  readonly consume: Consume
  /** Loads the models before the first call, and names what was loaded. */
  readonly init: () => Promise<InferenceDescription>
  /** Whether photos are answered now. */
  readonly isReady: () => boolean
  /** Ends the workers, if there are any. */
  readonly close: () => Promise<void>
}

/** Models that are loaded once, when they are first needed; only then are their options read. */
export function createLazyInference(readOptions: () => InferenceOptions): LazyInference {
  let inference: Promise<Inference> | undefined
  let loaded: Inference | undefined
  async function start(): Promise<Inference> {
    try {
      loaded = await createInference({ ...readOptions(), onWorkerLost: reportLost })
      return loaded
    } catch (error) {
      // The next call tries again: what was missing may be there by then.
      inference = undefined
      reportFault(error)
      throw error
    }
  }
  const load = (): Promise<Inference> => (inference ??= start())
  async function loadReported(): Promise<Inference> {
    const isFirst = inference === undefined
    const running = await load()
    if (isFirst) reportLoaded(describe(running))
    return running
  }
  return {
    init: async () => describe(await load()),
    async answer(request) {
      const { respond } = await loadReported()
      const response = await respond(request)
      reportOutcome(response.outcome)
      return response
    },
    async consume(message, signal) {
      const { consume } = await loadReported()
      const answer = await consume(message, signal)
      if (answer.state === 'rejected') reportOutcome(answer.outcome)
      return answer
    },
    isReady: () => (loaded?.pool.workersAlive ?? 0) > 0,
    async close() {
      await inference?.catch(() => undefined)
      await loaded?.close()
    },
  }
}

/** Where the host did not load the model at start, this is how the log gets to know what is running. */
function reportLoaded(description: InferenceDescription): void {
  const line = { level: 'info', time: new Date().toISOString(), msg: 'loaded', ...description }
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

/** The host hears nothing of it otherwise, as the photo is tried once more. */
function reportLost(reason: string): void {
  const line = { level: 'warn', time: new Date().toISOString(), msg: 'worker lost', reason }
  process.stderr.write(`${JSON.stringify(line)}\n`)
}

function reportOutcome(outcome: ResponseOutcome): void {
  if (outcome.state === 'failed' && outcome.code === 'INTERNAL') reportFault(outcome.error)
}

/** A function's host sees only its answer, which tells nothing of a fault: one JSON line, as the log has them. */
function reportFault(error: unknown): void {
  const err =
    error instanceof Error ? { message: error.message, stack: error.stack } : String(error)
  const line = { level: 'error', time: new Date().toISOString(), msg: 'failed', err }
  process.stderr.write(`${JSON.stringify(line)}\n`)
}
