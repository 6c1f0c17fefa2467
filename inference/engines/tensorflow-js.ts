import type { GraphModel as GraphNetwork, loadGraphModel } from '@tensorflow/tfjs-converter'
import type { io, tensor4d, Tensor } from '@tensorflow/tfjs-core'
import type { LayersModel as LayersNetwork, loadLayersModel } from '@tensorflow/tfjs-layers'
import type { Engine } from '../engine'
import type { Model } from '../model'
import { oneByOne } from './one-by-one'
import { refusalOf } from './refusal-of'
import { checkSignature, invalid } from './signature'
import type { Batch, Shape } from './signature'

/** What TensorFlow.js runs. */
export type TensorflowModel = Exclude<Model, { format: 'onnx' }>

/** The little of TensorFlow.js that predicting takes; its packages and tfjs-node both have it. */
export interface Tensorflow {
  readonly io: Pick<typeof io, 'fromMemory'>
  readonly tensor4d: typeof tensor4d
  /** The one for the model's format. */
  readonly load: typeof loadLayersModel | typeof loadGraphModel
}

type Network = LayersNetwork | GraphNetwork

/**
 * The model, if TensorFlow.js can run it; asked before its library is loaded.
 *
 * @throws Error for an ONNX file
 */
export function requireTensorflowModel(model: Model): TensorflowModel {
  if (model.format !== 'onnx') return model
  throw new Error(refusalOf('tensorflow', model))
}

/** An engine over a TensorFlow.js model on the backend that is set. */
export async function createTensorflowEngine(
  { io, tensor4d, load }: Tensorflow,
  model: TensorflowModel,
  { name, version }: Pick<Engine, 'name' | 'version'>,
): Promise<Engine> {
  const network: Network = await load(io.fromMemory(toArtifacts(model)))
  const { width, height } = model.card.input

  async function run(pixels: Float32Array, batch: number): Promise<Float32Array> {
    const input = tensor4d(pixels, [batch, height, width, 3])
    try {
      const output = toTensor(network.predict(input))
      try {
        return (await output.data()) as Float32Array
      } finally {
        output.dispose()
      }
    } finally {
      input.dispose()
    }
  }

  try {
    const batch = check(network, model)
    // Only when it is run does a graph tell which of its operations the backend lacks.
    if (model.format === 'graph-model') await run(new Float32Array(height * width * 3), 1)
    return {
      name,
      version,
      predict: batch === 'one' ? oneByOne(run) : run,
      close() {
        network.dispose()
        return Promise.resolve()
      },
    }
  } catch (error) {
    network.dispose()
    throw error
  }
}

/** The one output, as `check` has seen to; a graph may call it by its name. */
function toTensor(output: ReturnType<Network['predict']>): Tensor {
  if (isTensor(output)) return output
  const [only] = Object.values(output)
  if (only === undefined) throw new Error('it gives nothing')
  return only
}

const isTensor = (output: object): output is Tensor =>
  'data' in output && typeof output.data === 'function'

function toArtifacts(model: TensorflowModel): io.ModelArtifacts {
  return {
    ...(model.format === 'layers-model' ? { modelTopology: model.topology } : model.graph),
    weightSpecs: model.weightSpecs.map((spec) => ({ ...spec })) as io.WeightsManifestEntry[],
    // TensorFlow.js takes no shared memory.
    weightData: new Uint8Array(model.weights).buffer,
  }
}

function check({ inputs, outputs }: Network, { card, format }: TensorflowModel): Batch {
  const [[input, ...otherInputs], [output, ...otherOutputs]] = [inputs, outputs]
  if (otherInputs.length + otherOutputs.length > 0) {
    throw invalid(
      `has ${inputs.length} inputs and ${outputs.length} outputs; supported is one of each`,
    )
  }
  if (format === 'graph-model' && input?.dtype !== 'float32') {
    throw invalid(`takes values of type ${input?.dtype ?? 'none'}; supported is float32`)
  }
  return checkSignature(card, { input: toShape(input?.shape), output: toShape(output?.shape) })
}

/** A graph has -1 for any size, and no sizes at all where it does not know how many there are. */
const toShape = (sizes: readonly (number | null)[] | undefined): Shape =>
  sizes === undefined || sizes.length === 0
    ? undefined
    : sizes.map((size) => (size === -1 ? null : size))
