import { loadOnnx } from './engines/onnx'
import { loadTensorflow } from './engines/tensorflow'
import { loadWasm } from './engines/wasm'
import { LoadError } from './errors'
import type { Model } from './model'
import { softmax } from './softmax'

/** Names of the engines, fastest first (measured, docs/DESIGN.md); `auto` takes the first that loads. */
export const ENGINES = ['onnx', 'tensorflow', 'wasm'] as const
export type EngineName = (typeof ENGINES)[number]
export type EngineChoice = EngineName | 'auto'

/** Runs one model on one thread. */
export interface Engine {
  readonly name: EngineName
  readonly version: string
  /**
   * @param pixels as `normalise` writes them for the model's input: [batch, height, width, 3], of an ONNX file of the
   * layout nchw [batch, 3, height, width]
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
 * @throws LoadError ENGINE_UNAVAILABLE with every reason, if none could be loaded; MODEL_INVALID what is wrong with the
 * model itself
 */
export async function loadEngine(model: Model, choice: EngineChoice = 'auto'): Promise<Engine> {
  const reasons: string[] = []
  for (const name of choice === 'auto' ? ENGINES : [choice]) {
    try {
      return withProbabilities(await LOADERS[name](model), model)
    } catch (error) {
      if (error instanceof LoadError && error.code !== 'MODEL_UNSUPPORTED') {
        throw withName(error, model)
      }
      reasons.push(`${name}: ${firstLine(error)}`)
    }
  }
  throw noEngine(reasons)
}

/** The error where no engine could be loaded, with the reason of each. */
export const noEngine = (reasons: readonly string[]): LoadError =>
  new LoadError('ENGINE_UNAVAILABLE', `no engine could be loaded (${reasons.join('; ')})`, {
    reasons,
  })

/** Of a model that gives logits the softmax is ours, so that it is the same on every engine. */
function withProbabilities(engine: Engine, { card }: Model): Engine {
  if (card.output !== 'logits') return engine
  return {
    ...engine,
    async predict(pixels, batch) {
      const values = await engine.predict(pixels, batch)
      softmax(values, card.labels.length)
      return values
    },
  }
}

/** One of several models may be at fault. */
const withName = ({ code, message }: LoadError, { card }: Model): LoadError =>
  new LoadError(code, `model ${card.name}: ${message}`)

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? ''
