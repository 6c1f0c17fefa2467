import { LoadError } from './errors'
import type { Model } from './model'
import { converterOf } from './onnx/converters'
import { Graph } from './onnx/graph'
import { refuse, type Layer, type Spatial, type Value } from './onnx/layer'
import { toKerasOrder } from './onnx/reshape'
import { readTopology, type Reference, type Topology } from './onnx/topology'
import { createWeightReader } from './onnx/weights'

// The names of the one input and the one output of every model made here.
const INPUT_NAME = 'pixels'
const OUTPUT_NAME = 'probabilities'

/**
 * Converts a TensorFlow.js layers model to ONNX (opset 17).
 *
 * It takes float32 `pixels` [N, height, width, 3] and gives float32 `probabilities` [N, labels], as the layers model
 * does; within, channels come first, as ONNX has it.
 *
 * @throws LoadError MODEL_INVALID, naming the layer and what is supported
 */
export function toOnnx(model: Model): Uint8Array {
  const topology = readTopology(model.topology)
  const [height, width, channels] = readInputShape(topology, model)
  const graph = new Graph()
  const attributes = { perm: { ints: [0, 3, 1, 2] } }
  const inputs = [INPUT_NAME]
  const input = {
    name: graph.add({ name: 'Transpose', operator: 'Transpose', inputs, attributes }),
    shape: [height, width, channels],
  }
  const last = connect(topology, model, graph, input)
  const labels = model.card.labels.length
  if (last.shape.length !== 1 || last.shape[0] !== labels) {
    const reason = `gives [${last.shape.join(', ')}] values for ${String(labels)} labels`
    throw refuse(topology.layerOf(topology.output), reason)
  }
  return graph.toModel(toKerasOrder(graph, 'Output', last).name, {
    name: model.card.name,
    input: { name: INPUT_NAME, dimensions: ['N', height, width, channels] },
    output: { name: OUTPUT_NAME, dimensions: ['N', labels] },
  })
}

/** Adds the layers that the output needs, each after those it needs itself. */
function connect(topology: Topology, model: Model, graph: Graph, input: Value): Value {
  const read = createWeightReader(model)
  // Null while a layer waits for its inputs.
  const values = new Map<string, Value | null>([[keyOf(topology.input), input]])
  const valueOf = (reference: Reference): Value => {
    const known = values.get(keyOf(reference))
    if (known) return known
    const layer = topology.layerOf(reference)
    if (known === null) throw refuse(layer, 'takes its own output as an input')
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
  if (weight === undefined) throw refuse(layer, `the model has no weight ${layer.name}/${name}`)
  if (weight.shape.join() === shape.join()) return weight.values
  const found = weight.shape.join(', ')
  throw refuse(layer, `weight ${name} should be [${shape.join(', ')}], but is [${found}]`)
}

function readInputShape({ inputShape }: Topology, { card }: Model): Spatial {
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
