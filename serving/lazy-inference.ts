import { createInference, describe } from '../inference'
import type { Inference, InferenceDescription, InferenceOptions } from '../inference'

/** A model for a function, whose host may or may not tell it when it starts and ends. */
export interface LazyInference {
  /** Loads the model at the first call. */
  readonly load: () => Promise<Inference>
  /** Loads the model before the first call, and names what was loaded. */
  readonly init: () => Promise<InferenceDescription>
  /** Ends the workers, if there are any. */
  readonly close: () => Promise<void>
}

/** A model that is loaded once, when it is first needed; only then are its options read. */
export function createLazyInference(readOptions: () => InferenceOptions): LazyInference {
  let inference: Promise<Inference> | undefined
  const load = (): Promise<Inference> => (inference ??= createInference(readOptions()))
  return {
    load,
    init: async () => describe(await load()),
    close: async () => (await inference)?.close(),
  }
}
