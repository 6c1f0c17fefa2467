import util from 'node:util'
import * as tf from '@tensorflow/tfjs-core'

/** What computed a training, for the card: weights repeat only on the same engine. */
export interface TrainingEngine {
  readonly name: string
  readonly version: string
}

/** No engine that can train is installed; the message says what to install. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
}

/**
 * Makes @tensorflow/tfjs-node the backend of every TensorFlow.js call of this process.
 *
 * @throws EngineError if it is not installed or not built
 */
export async function loadTrainingEngine(): Promise<TrainingEngine> {
  restoreUtil()
  try {
    const { version } = await import('@tensorflow/tfjs-node')
    await tf.setBackend('tensorflow')
    await tf.ready()
    return { name: '@tensorflow/tfjs-node', version: version['tfjs-node'] }
  } catch (cause) {
    const [reason] = (cause instanceof Error ? cause.message : String(cause)).split('\n')
    throw new EngineError(
      'training needs @tensorflow/tfjs-node, which is not installed or not built here; ' +
        `install and build it with "npm rebuild @tensorflow/tfjs-node --ignore-scripts=false" (${reason ?? ''})`,
      { cause },
    )
  }
}

/** Node 23 removed two functions that tfjs-node 4.22 still calls. */
function restoreUtil(): void {
  const old: { isNullOrUndefined?: unknown; isArray?: unknown } = util
  old.isNullOrUndefined ??= (value: unknown): boolean => value === null || value === undefined
  old.isArray ??= Array.isArray
}
