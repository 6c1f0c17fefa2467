import { dirname, sep } from 'node:path'
import type { Engine } from '../engine'
import type { Model } from '../model'
import { createLayersEngine, requireLayersModel } from './layers-model'

/** TensorFlow.js on its WebAssembly backend (SIMD, one thread): no native code. */
export async function loadWasm(model: Model): Promise<Engine> {
  const layersModel = requireLayersModel(model)
  const [{ io, setBackend, tensor4d }, { loadLayersModel }, { setWasmPaths, version_wasm }] =
    await Promise.all([
      import('@tensorflow/tfjs-core'),
      import('@tensorflow/tfjs-layers'),
      import('@tensorflow/tfjs-backend-wasm'),
    ])
  setWasmPaths(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep)
  if (!(await setBackend('wasm'))) throw new Error('the WebAssembly backend did not start')
  return createLayersEngine({ io, loadLayersModel, tensor4d }, layersModel, {
    name: 'wasm',
    version: version_wasm,
  })
}
