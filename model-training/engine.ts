import { dirname, sep } from 'node:path'
import util from 'node:util'
import * as tf from '@tensorflow/tfjs-core'
import { registerWasmKernels } from './kernels/wasm'

/** Engines that can train, fastest first. */
export const TRAINING_ENGINES = ['tensorflow', 'wasm'] as const
export type TrainingEngineName = (typeof TRAINING_ENGINES)[number]
export type TrainingEngineChoice = TrainingEngineName | 'auto'

/** What computed a training, for the card: weights repeat only on the same engine. */
export interface TrainingEngine {
  /** The package. */
  readonly name: string
  readonly version: string
  /** What `--engine` calls it. */
  readonly option: TrainingEngineName
  /** Why it is this one; undefined where it is the fastest, or was asked for. */
  readonly notice?: string
}

/** The engine that was asked for cannot be loaded; the message says what to do. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
}

/**
 * Loads an engine and makes it the backend of every TensorFlow.js call of this process: tfjs-node, or
 * where that is not built the WebAssembly backend, some five times slower and without native code.
 *
 * @throws EngineError if it cannot be loaded
 */
export async function loadTrainingEngine(
  choice: TrainingEngineChoice = 'auto',
): Promise<TrainingEngine> {
  if (choice === 'wasm') return loadWasm()
  try {
    return await loadTensorflow()
  } catch (cause) {
    const [reason] = (cause instanceof Error ? cause.message : String(cause)).split('\n')
    const advice =
      '@tensorflow/tfjs-node is not installed or not built here; build it with ' +
      `"npm rebuild @tensorflow/tfjs-node --ignore-scripts=false" (${reason ?? ''})`
    if (choice === 'tensorflow') throw new EngineError(advice, { cause })
    const engine = await loadWasm()
    return {
      ...engine,
      notice: `training on WebAssembly, which is several times slower: ${advice}`,
    }
  }
}

async function loadTensorflow(): Promise<TrainingEngine> {
  restoreUtil()
  const { version } = await import('@tensorflow/tfjs-node')
  await use('tensorflow')
  return {
    name: '@tensorflow/tfjs-node',
    version: version['tfjs-node'],
    option: 'tensorflow',
  }
}

async function loadWasm(): Promise<TrainingEngine> {
  // Of the packages, only this one brings the gradients with it.
  await import('@tensorflow/tfjs')
  const { setWasmPaths, version_wasm } = await import('@tensorflow/tfjs-backend-wasm')
  setWasmPaths(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep)
  await use('wasm')
  registerWasmKernels()
  return { name: '@tensorflow/tfjs-backend-wasm', version: version_wasm, option: 'wasm' }
}

async function use(backend: string): Promise<void> {
  if (!(await tf.setBackend(backend))) throw new EngineError(`the engine ${backend} did not start`)
  await tf.ready()
}

/** Node 23 removed two functions that tfjs-node 4.22 still calls. */
function restoreUtil(): void {
  const old: { isNullOrUndefined?: unknown; isArray?: unknown } = util
  old.isNullOrUndefined ??= (value: unknown): boolean => value === null || value === undefined
  old.isArray ??= Array.isArray
}
