import util from 'node:util'
import type { Engine } from '../engine'
import type { Model } from '../model'
import type { loadGraphModel } from '@tensorflow/tfjs-converter'
import type { loadLayersModel } from '@tensorflow/tfjs-layers'
import { createTensorflowEngine, requireTensorflowModel } from './tensorflow-js'
import type { Tensorflow } from './tensorflow-js'

interface TfjsNode extends Pick<Tensorflow, 'io' | 'tensor4d'> {
  readonly loadGraphModel: typeof loadGraphModel
  readonly loadLayersModel: typeof loadLayersModel
  readonly version: { readonly 'tfjs-node': string }
}

/** @tensorflow/tfjs-node, an optional dependency that has to be built (README). */
export async function loadTensorflow(model: Model): Promise<Engine> {
  const runnable = requireTensorflowModel(model)
  restoreUtil()
  // libtensorflow reads these when it is loaded; there is no other way to say it to tfjs-node.
  process.env['TF_NUM_INTRAOP_THREADS'] = '1'
  process.env['TF_NUM_INTEROP_THREADS'] = '1'
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'
  // A variable, as the package's types are not there where it could not be installed.
  const name = '@tensorflow/tfjs-node'
  const loaded = (await import(name)) as TfjsNode & { readonly default?: TfjsNode }
  // import() puts a CommonJS package under `default`, the require() that a bundle has in its place does not.
  const tf = loaded.default ?? loaded
  const load = runnable.format === 'graph-model' ? tf.loadGraphModel : tf.loadLayersModel
  return createTensorflowEngine({ io: tf.io, tensor4d: tf.tensor4d, load }, runnable, {
    name: 'tensorflow',
    version: tf.version['tfjs-node'],
  })
}

/** tfjs-node 4.22 calls two functions that Node 23 took away. */
function restoreUtil(): void {
  const old = util as unknown as Record<string, unknown>
  old['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined
  old['isArray'] ??= Array.isArray
}
