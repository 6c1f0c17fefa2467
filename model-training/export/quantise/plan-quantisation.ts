import type { OnnxGraph, OnnxNode } from '../../../inference/index'
import { isWeighted } from './channel-layout'
import { toWiring, type Wiring } from './wiring'

/** Which parts of a graph are computed in uint8. */
export interface Plan {
  /**
   * The tensors to quantise: each one's name and that of the tensor whose steps it has, which is another one's where a
   * node only moves or chooses values.
   */
  readonly tensors: ReadonlyMap<string, string>
  /** Layers whose weights are int8, by their outputs. */
  readonly layers: ReadonlySet<string>
  /**
   * Tensors that are made by cutting off another one at 0, by that other one's name: steps that begin at 0 do the same, so
   * that the ReLU is left out.
   */
  readonly cutOff: ReadonlyMap<string, string>
}

/** Nodes that give values of their input and no others. */
const MOVING = new Set(['Flatten', 'Reshape', 'Transpose'])

/** Nodes without weights that ONNX Runtime computes in uint8 if all their inputs are. */
const FOLLOWING = new Set(['Add', 'Concat', 'GlobalAveragePool', 'MaxPool'])

/** Channels of a photo, with or without transparency. */
const PHOTO_CHANNELS = 4

/**
 * Decides what is quantised: convolutions and dense layers, and what lies between them as far as ONNX Runtime has it in
 * uint8. All else stays float32, the last layer as well, whose few products decide between labels, and mostly the first.
 */
export function planQuantisation(graph: OnnxGraph): Plan {
  const wiring = toWiring(graph)
  const weighted = graph.nodes.filter((node) => hasConstants(node, wiring))
  const [first] = weighted
  const inner = weighted.slice(first && gainsNothing(first, wiring) ? 1 : 0, -1)
  const layers = new Set(inner.map(({ output }) => output))
  const tensors = new Map<string, string>()
  const cutOff = new Map<string, string>()
  const isQuantised = (name: string): boolean => tensors.has(name)
  for (const node of graph.nodes) {
    const [input = ''] = node.inputs
    if (layers.has(node.output)) demand(input, tensors, wiring)
    else if (!FOLLOWING.has(node.operator) || !node.inputs.every(isQuantised)) continue
    if (node.operator === 'MaxPool') {
      tensors.set(node.output, tensors.get(input) ?? input)
      continue
    }
    const made = findCutOff(node, wiring) ?? node.output
    if (made !== node.output) cutOff.set(node.output, made)
    tensors.set(made, made)
  }
  return { tensors, layers, cutOff }
}

const hasConstants = (node: OnnxNode, { constant }: Wiring): boolean =>
  isWeighted(node) && node.inputs.slice(1).every((name) => constant(name) !== undefined)

/**
 * A convolution of a photo's few channels takes ONNX Runtime longer in uint8 (95 us in float32, 130 us in uint8 for 16
 * filters of 3 x 3 over 128 x 128 pixels), and in float32 the pixels keep their half steps. Only before a max pooling,
 * whose integer kernel wants the other order of channels, it is worth it.
 */
function gainsNothing(layer: OnnxNode, wiring: Wiring): boolean {
  const [, channels = 0] = wiring.constant(layer.inputs[1] ?? '')?.dimensions ?? []
  const made = findCutOff(layer, wiring) ?? layer.output
  const isPooled = wiring.consumers(made).some(({ operator }) => operator === 'MaxPool')
  return layer.operator === 'Conv' && channels <= PHOTO_CHANNELS && !isPooled
}

/** Quantises what a layer takes; where nodes only moved it, already before them. */
function demand(name: string, tensors: Map<string, string>, wiring: Wiring): string {
  const known = tensors.get(name)
  if (known !== undefined) return known
  const producer = wiring.producer(name)
  const [input] = producer?.inputs ?? []
  const isMoved = producer !== undefined && MOVING.has(producer.operator) && input !== undefined
  const steps = isMoved ? demand(input, tensors, wiring) : name
  tensors.set(name, steps)
  return steps
}

/** The ReLU, with or without a limit, that alone takes what a node makes. */
function findCutOff(node: OnnxNode, wiring: Wiring): string | undefined {
  const consumer = wiring.onlyConsumer(node.output)
  if (consumer?.operator === 'Relu') return consumer.output
  const [, low = ''] = consumer?.inputs ?? []
  const isAtZero = consumer?.operator === 'Clip' && wiring.constant(low)?.values[0] === 0
  return isAtZero ? consumer.output : undefined
}
