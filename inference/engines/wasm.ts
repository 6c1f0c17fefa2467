import { dirname, sep } from 'node:path'
import type { Engine } from '../engine'
import type { Model } from '../model'
import { createTensorflowEngine, requireTensorflowModel } from './tensorflow-js'
import type { Tensorflow, TensorflowModel } from './tensorflow-js'

/** TensorFlow.js on its WebAssembly backend (SIMD, one thread): no native code. */
export async function loadWasm(model: Model): Promise<Engine> {
  const runnable = requireTensorflowModel(model)
  const [{ io, setBackend, tensor4d }, load, { setWasmPaths, version_wasm }] = await Promise.all([
    import('@tensorflow/tfjs-core'),
    importLoad(runnable),
    import('@tensorflow/tfjs-backend-wasm'),
  ])
  setWasmPaths(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep)
  if (!(await setBackend('wasm'))) throw new Error('the WebAssembly backend did not start')
  return createTensorflowEngine({ io, tensor4d, load }, runnable, {
    name: 'wasm',
    version: version_wasm,
  })
}

async function importLoad({ format }: TensorflowModel): Promise<Tensorflow['load']> {
  return format === 'graph-model'
    ? (await import('@tensorflow/tfjs-converter')).loadGraphModel
    : (await import('@tensorflow/tfjs-layers')).loadLayersModel
}
