import { loadOnnx } from './engines/onnx'
import { loadTensorflow } from './engines/tensorflow'
import { loadWasm } from './engines/wasm'
import { LoadError } from './errors'
import type { Model } from './model'

/** Names of the engines, fastest first (measured, docs/DESIGN.md); `auto` takes the first that loads. */
export const ENGINES = ['onnx', 'tensorflow', 'wasm'] as const
export type EngineName = (typeof ENGINES)[number]
export type EngineChoice = EngineName | 'auto'

/** Runs one model on one thread. */
export interface Engine {
  readonly name: EngineName
  readonly version: string
  /**
   * @param pixels normalised, [batch, height, width, 3]
   * @returns probabilities, [batch, labels]
   */
  predict(pixels: Float32Array, batch: number): Promise<Float32Array>
  close(): Promise<void>
}

// Each of them imports its library only when it is called.
const LOADERS: Readonly<Record<EngineName, (model: Model) => Promise<Engine>>> = {
  onnx: loadOnnx,
  tensorflow: loadTensorflow,
  wasm: loadWasm,
}

/**
 * Loads an engine, and only that one, with a model.
 *
 * @throws LoadError ENGINE_UNAVAILABLE with every reason, if none could be loaded; what is wrong with the model itself
 */
export async function loadEngine(model: Model, choice: EngineChoice = 'auto'): Promise<Engine> {
  const reasons: string[] = []
  for (const name of choice === 'auto' ? ENGINES : [choice]) {
    try {
      return await LOADERS[name](model)
    } catch (error) {
      if (error instanceof LoadError) throw error
      reasons.push(`${name}: ${firstLine(error)}`)
    }
  }
  throw new LoadError('ENGINE_UNAVAILABLE', `no engine could be loaded (${reasons.join('; ')})`)
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? ''
