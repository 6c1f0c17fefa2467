import type { io, tensor4d, Tensor } from '@tensorflow/tfjs-core'
import type { LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers'
import type { Engine } from '../engine'
import type { Model } from '../model'

/** The little of TensorFlow.js that predicting takes; its packages and tfjs-node both have it. */
export interface Tensorflow {
  readonly io: Pick<typeof io, 'fromMemory'>
  readonly loadLayersModel: typeof loadLayersModel
  readonly tensor4d: typeof tensor4d
}

/** An engine over a TensorFlow.js layers model on the backend that is set. */
export async function createLayersEngine(
  { io, loadLayersModel, tensor4d }: Tensorflow,
  model: Model,
  { name, version }: Pick<Engine, 'name' | 'version'>,
): Promise<Engine> {
  const layers: LayersModel = await loadLayersModel(
    io.fromMemory({
      modelTopology: model.topology,
      weightSpecs: model.weightSpecs.map((spec) => ({ ...spec })) as io.WeightsManifestEntry[],
      // TensorFlow.js takes no shared memory.
      weightData: new Uint8Array(model.weights).buffer,
    }),
  )
  const { width, height } = model.card.input
  return {
    name,
    version,
    async predict(pixels, batch) {
      const input = tensor4d(pixels, [batch, height, width, 3])
      const output = layers.predict(input) as Tensor
      try {
        return (await output.data()) as Float32Array
      } finally {
        input.dispose()
        output.dispose()
      }
    },
    close() {
      layers.dispose()
      return Promise.resolve()
    },
  }
}
