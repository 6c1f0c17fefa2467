import type { OnnxConstant, OnnxGraph, OnnxNode } from '../../../inference/index'
import { isWeighted, toChannelLayout } from './channel-layout'
import { toWiring, type Wiring } from './wiring'

/** What a batch norm does at prediction: value * factor + addend, of each channel. */
interface Normalisation {
  readonly factors: Float64Array
  readonly addends: Float64Array
}

interface Folding {
  readonly node: OnnxNode
  readonly layer: OnnxNode
  readonly normalisation: Normalisation
}

/**
 * The graph without the batch norms after a convolution or dense layer, whose weights and bias take over their part. A max
 * pooling between the two is no obstacle where no factor is negative, as it commutes with what grows. Others stay.
 */
export function foldNormalisations(graph: OnnxGraph): OnnxGraph {
  // One at a time: what is folded may leave the layer beside another batch norm.
  const wiring = toWiring(graph)
  for (const node of graph.nodes) {
    const folding = toFolding(node, wiring)
    if (folding) return foldNormalisations(fold(graph, wiring, folding))
  }
  return graph
}

function toFolding(node: OnnxNode, wiring: Wiring): Folding | undefined {
  if (node.operator !== 'BatchNormalization') return undefined
  const normalisation = readNormalisation(node, wiring)
  if (normalisation === undefined) return undefined
  const before = producerFor(node, wiring)
  const grows = normalisation.factors.every((factor) => factor >= 0)
  const layer = before?.operator === 'MaxPool' && grows ? producerFor(before, wiring) : before
  if (layer === undefined || !isWeighted(layer)) return undefined
  const isConstant = layer.inputs.slice(1).every((name) => wiring.constant(name) !== undefined)
  return isConstant ? { node, layer, normalisation } : undefined
}

/** What makes the input of a node that nothing else takes. */
function producerFor(node: OnnxNode, { producer, onlyConsumer }: Wiring): OnnxNode | undefined {
  const [input = ''] = node.inputs
  return onlyConsumer(input) === node ? producer(input) : undefined
}

function readNormalisation(
  { inputs, attributes }: OnnxNode,
  { constant }: Wiring,
): Normalisation | undefined {
  const [gamma, beta, mean, variance] = inputs.slice(1).map((name) => floatsOf(constant(name)))
  const epsilon = attributes['epsilon']
  if (!gamma || !beta || !mean || !variance || !epsilon || !('float' in epsilon)) return undefined
  const factors = Float64Array.from(
    gamma,
    (value, i) => value / Math.sqrt((variance[i] ?? 0) + epsilon.float),
  )
  const addends = factors.map((factor, i) => (beta[i] ?? 0) - (mean[i] ?? 0) * factor)
  return { factors, addends }
}

function fold(
  graph: OnnxGraph,
  { constant }: Wiring,
  { node, layer, normalisation: { factors, addends } }: Folding,
): OnnxGraph {
  const [input = '', kernelName = '', biasName] = layer.inputs
  const kernel = constant(kernelName)
  const weights = floatsOf(kernel)
  if (!kernel || !weights) throw new Error(`the weights of ${layer.output} are no float32 constant`)
  const { channels, run } = toChannelLayout(layer, kernel)
  const bias = biasName === undefined ? undefined : floatsOf(constant(biasName))
  const folded = {
    kernel: {
      ...kernel,
      // A name of its own, as another layer may share the weights.
      name: `${layer.output}/folded/kernel of ${node.output}`,
      values: weights.map((weight, i) => weight * (factors[Math.floor(i / run) % channels] ?? 1)),
    },
    bias: {
      name: `${layer.output}/folded/bias of ${node.output}`,
      dimensions: [channels],
      values: Float32Array.from(
        addends,
        (addend, i) => addend + (bias?.[i] ?? 0) * (factors[i] ?? 1),
      ),
    },
  }
  const replaced = { ...layer, inputs: [input, folded.kernel.name, folded.bias.name] }
  const [kept = ''] = node.inputs
  return {
    ...graph,
    nodes: graph.nodes
      .filter((one) => one !== node)
      .map((one) => (one === layer ? replaced : one))
      .map((one) => rename(one, node.output, kept)),
    constants: [...graph.constants, folded.kernel, folded.bias],
  }
}

/** The node with the tensor `kept` in place of `gone`. */
function rename(node: OnnxNode, gone: string, kept: string): OnnxNode {
  if (!node.inputs.includes(gone)) return node
  return { ...node, inputs: node.inputs.map((input) => (input === gone ? kept : input)) }
}

const floatsOf = (constant: OnnxConstant | undefined): Float32Array | undefined =>
  constant?.values instanceof Float32Array ? constant.values : undefined
