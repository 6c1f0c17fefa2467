import type { io, tensor4d, Tensor } from '@tensorflow/tfjs-core'
import type { LayersModel as Network, loadLayersModel } from '@tensorflow/tfjs-layers'
import type { Engine } from '../engine'
import type { LayersModel, Model } from '../model'
import { checkSignature, invalid } from './signature'

/** The little of TensorFlow.js that predicting takes; its packages and tfjs-node both have it. */
export interface Tensorflow {
  readonly io: Pick<typeof io, 'fromMemory'>
  readonly loadLayersModel: typeof loadLayersModel
  readonly tensor4d: typeof tensor4d
}

/**
 * The model, if TensorFlow.js can run it; asked before its library is loaded.
 *
 * @throws Error for an ONNX file
 */
export function requireLayersModel(model: Model): LayersModel {
  if (model.format === 'layers-model') return model
  throw new Error(`model ${model.card.name} is an ONNX file, which only the engine onnx runs`)
}

/** An engine over a TensorFlow.js layers model on the backend that is set. */
export async function createLayersEngine(
  { io, loadLayersModel, tensor4d }: Tensorflow,
  model: LayersModel,
  { name, version }: Pick<Engine, 'name' | 'version'>,
): Promise<Engine> {
  const network: Network = await loadLayersModel(
    io.fromMemory({
      modelTopology: model.topology,
      weightSpecs: model.weightSpecs.map((spec) => ({ ...spec })) as io.WeightsManifestEntry[],
      // TensorFlow.js takes no shared memory.
      weightData: new Uint8Array(model.weights).buffer,
    }),
  )
  try {
    check(network, model)
  } catch (error) {
    network.dispose()
    throw error
  }
  const { width, height } = model.card.input
  return {
    name,
    version,
    async predict(pixels, batch) {
      const input = tensor4d(pixels, [batch, height, width, 3])
      const output = network.predict(input) as Tensor
      try {
        return (await output.data()) as Float32Array
      } finally {
        input.dispose()
        output.dispose()
      }
    },
    close() {
      network.dispose()
      return Promise.resolve()
    },
  }
}

function check({ inputs, outputs }: Network, { card }: LayersModel): void {
  const [[input, ...otherInputs], [output, ...otherOutputs]] = [inputs, outputs]
  if (otherInputs.length + otherOutputs.length > 0) {
    throw invalid(
      `has ${inputs.length} inputs and ${outputs.length} outputs; supported is one of each`,
    )
  }
  if (checkSignature(card, { input: input?.shape, output: output?.shape }) === 'one') {
    throw invalid('takes one photo at a time; save it for batches of any size')
  }
}
