import { LoadError } from './errors'
import type { LayersModel, Model } from './model'
import { converterOf } from './onnx/converters'
import { encodeOnnx } from './onnx/encode-onnx'
import { Graph } from './onnx/graph'
import { invalidate, productOf, type Layer, type Spatial, type Value } from './onnx/layer'
import type { OnnxGraph } from './onnx/onnx-graph'
import { toKerasOrder } from './onnx/reshape'
import { readTopology, type Reference, type Topology } from './onnx/topology'
import { createWeightReader } from './onnx/weights'

/** The name of the one input of every model made here. */
const INPUT_NAME = 'pixels'

/** A layers model without its card. */
interface Network extends Pick<LayersModel, 'topology' | 'weightSpecs'> {
  readonly weights: Uint8Array
}

/** What is converted: a loaded layers model, or what a network was saved as with the card that it will have. */
interface Convertible extends Network {
  readonly card: Pick<LayersModel['card'], 'name' | 'labels' | 'input' | 'output'>
}

/**
 * The bytes of an ONNX model: those of a model that is an ONNX file, copied, or what a TensorFlow.js layers model is
 * converted to (opset 17), as `toOnnxGraph` describes it.
 *
 * @throws LoadError MODEL_UNSUPPORTED, naming the layer and what is supported, or where the model is a graph model;
 * MODEL_INVALID
 */
export function toOnnx(model: Model | Convertible): Uint8Array<ArrayBuffer> {
  const isOnnx = 'format' in model && model.format === 'onnx'
  return isOnnx ? new Uint8Array(model.weights) : encodeOnnx(toOnnxGraph(model))
}

/**
 * Converts a TensorFlow.js layers model to an ONNX graph, which shares the memory of the model's weights.
 *
 * It takes float32 `pixels` [N, height, width, 3] and gives float32 `probabilities` or, where the card says so, `logits`
 * [N, labels], as the layers model does; within, channels come first, as ONNX has it.
 *
 * @throws LoadError MODEL_UNSUPPORTED, naming the layer and what is supported, or where the model is no layers model;
 * MODEL_INVALID
 */
export function toOnnxGraph(model: Model | Convertible): OnnxGraph {
  if (!('topology' in model)) {
    const is =
      model.format === 'onnx'
        ? 'an ONNX file already'
        : 'a graph model; only layers models can be converted to ONNX'
    throw new LoadError('MODEL_UNSUPPORTED', `model ${model.card.name} is ${is}`)
  }
  const topology = readTopology(model.topology)
  const shape = readInputShape(topology, model)
  const { graph, last } = build(topology, model, shape)
  const labels = model.card.labels.length
  if (last.shape.length !== 1 || last.shape[0] !== labels) {
    const reason = `gives [${last.shape.join(', ')}] values for ${String(labels)} labels`
    throw invalidate(topology.layerOf(topology.output), reason)
  }
  return graph.finish(toKerasOrder(graph, 'Output', last).name, {
    name: model.card.name,
    input: { name: INPUT_NAME, dimensions: ['N', ...shape] },
    output: { name: model.card.output ?? 'probabilities', dimensions: ['N', labels] },
  })
}

/**
 * How many values a layers model gives for a photo.
 *
 * @throws LoadError MODEL_UNSUPPORTED, naming the layer and what is supported; MODEL_INVALID
 */
export function countOutputs(
  network: Network,
  { width, height }: { readonly width: number; readonly height: number },
): number {
  const topology = readTopology(network.topology)
  return productOf(build(topology, network, [height, width, 3]).last.shape)
}

function build(
  topology: Topology,
  network: Network,
  shape: Spatial,
): { readonly graph: Graph; readonly last: Value } {
  const graph = new Graph()
  const attributes = { perm: { ints: [0, 3, 1, 2] } }
  const inputs = [INPUT_NAME]
  const name = graph.add({ name: 'Transpose', operator: 'Transpose', inputs, attributes })
  return { graph, last: connect(topology, network, graph, { name, shape }) }
}

/** Adds the layers that the output needs, each after those it needs itself. */
function connect(topology: Topology, network: Network, graph: Graph, input: Value): Value {
  const read = createWeightReader(network)
  // Null while a layer waits for its inputs.
  const values = new Map<string, Value | null>([[keyOf(topology.input), input]])
  const valueOf = (reference: Reference): Value => {
    const known = values.get(keyOf(reference))
    if (known) return known
    const layer = topology.layerOf(reference)
    if (known === null) throw invalidate(layer, 'takes its own output as an input')
    values.set(keyOf(reference), null)
    const convert = converterOf(layer)
    const inputs = topology.inputsOf(reference).map(valueOf)
    const readWeight = (name: string, shape: readonly number[]) =>
      readWeightOf(layer, read, name, shape)
    const value = convert({ layer, inputs, graph, readWeight })
    values.set(keyOf(reference), value)
    return value
  }
  return valueOf(topology.output)
}

function readWeightOf(
  layer: Layer,
  read: ReturnType<typeof createWeightReader>,
  name: string,
  shape: readonly number[],
): Float32Array {
  const weight = read(`${layer.name}/${name}`)
  if (weight === undefined) throw invalidate(layer, `the model has no weight ${layer.name}/${name}`)
  if (weight.shape.join() === shape.join()) return weight.values
  const found = weight.shape.join(', ')
  throw invalidate(layer, `weight ${name} should be [${shape.join(', ')}], but is [${found}]`)
}

function readInputShape({ inputShape }: Topology, { card }: Convertible): Spatial {
  const expected = [card.input.height, card.input.width, 3] as const
  const matches = expected.every((size, index) => (inputShape[index] ?? size) === size)
  if (matches && (inputShape.length === 0 || inputShape.length === 3)) return expected
  const sizes = inputShape.map((size) => size ?? 'any').join(', ')
  throw new LoadError(
    'MODEL_INVALID',
    `the model takes [${sizes}], its card says [${expected.join(', ')}] (height, width, channels)`,
  )
}

function keyOf({ layer, use }: Reference): string {
  return `${layer}:${String(use)}`
}
