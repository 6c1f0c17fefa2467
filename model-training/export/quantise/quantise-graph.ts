import type { OnnxConstant, OnnxGraph, OnnxNode } from '../../../inference/index'
import { toAffine, type Affine, type Range } from './affine'
import { toChannelLayout } from './channel-layout'
import type { Plan } from './plan-quantisation'
import { quantiseWeights, type WeightBits } from './quantise-weights'
import { toWiring, type Wiring } from './wiring'

/** Nodes and constants of a graph that is being written. */
interface Draft {
  readonly nodes: OnnxNode[]
  readonly constants: OnnxConstant[]
}

/** Adds to a draft what belongs to one thing of the graph. */
interface Writer {
  readonly draft: Draft
  readonly plan: Plan
  readonly wiring: Wiring
  readonly affineOf: (steps: string) => Affine
  readonly weightBits: WeightBits
}

export interface GraphOptions {
  /** Of each tensor that the plan names as having steps of its own. */
  readonly ranges: ReadonlyMap<string, Range>
  readonly weightBits: WeightBits
}

/**
 * Writes a graph's planned parts in uint8 and int8, as QuantizeLinear and DequantizeLinear around the same operators,
 * which ONNX Runtime replaces by its integer ones.
 *
 * @throws QuantisationError if a range or a weight is no finite number
 */
export function quantiseGraph(
  graph: OnnxGraph,
  plan: Plan,
  { ranges, weightBits }: GraphOptions,
): OnnxGraph {
  const affines = new Map([...ranges].map(([name, range]) => [name, toAffine(range)]))
  const affineOf = (steps: string): Affine => {
    const affine = affines.get(steps)
    if (affine === undefined) throw new Error(`the tensor ${steps} has no range`)
    return affine
  }
  const draft: Draft = { nodes: [], constants: [...graph.constants] }
  const writer = { draft, plan, wiring: toWiring(graph), affineOf, weightBits }
  for (const steps of new Set(plan.tensors.values())) writeAffine(writer, steps)
  const { input } = graph
  if (plan.tensors.has(input.name)) writeTensor(writer, { made: input.name, name: input.name })
  const leftOut = new Set(plan.cutOff.values())
  for (const node of graph.nodes) if (!leftOut.has(node.output)) writeNode(writer, node)
  return { ...graph, ...draft }
}

function writeNode(writer: Writer, node: OnnxNode): void {
  const { draft, plan } = writer
  const inputs = plan.layers.has(node.output)
    ? writeWeights(writer, node)
    : node.inputs.map((name) => toTaken(plan, name))
  draft.nodes.push({ ...node, inputs })
  const name = plan.cutOff.get(node.output) ?? node.output
  if (plan.tensors.has(name)) writeTensor(writer, { made: node.output, name })
}

/** What is taken in place of a tensor. */
const toTaken = ({ tensors }: Plan, name: string): string =>
  tensors.has(name) ? `${name}/dequantised` : name

/** Quantises what was made and makes float32 of it again, which is taken in place of the tensor of that name. */
function writeTensor(
  { draft, plan }: Writer,
  { made, name }: { readonly made: string; readonly name: string },
): void {
  const steps = plan.tensors.get(name) ?? name
  const quantised = `${name}/quantised`
  const affine = [`${steps}/scale`, `${steps}/zero point`]
  draft.nodes.push(
    toNode('QuantizeLinear', quantised, [made, ...affine]),
    toNode('DequantizeLinear', toTaken(plan, name), [quantised, ...affine]),
  )
}

function writeAffine({ draft, affineOf }: Writer, steps: string): void {
  const { scale, zeroPoint } = affineOf(steps)
  draft.constants.push(
    { name: `${steps}/scale`, dimensions: [], values: Float32Array.of(scale) },
    { name: `${steps}/zero point`, dimensions: [], values: Uint8Array.of(zeroPoint) },
  )
}

/** @returns the inputs of the layer */
function writeWeights(
  { draft, plan, wiring, affineOf, weightBits }: Writer,
  layer: OnnxNode,
): string[] {
  const [input = '', kernelName = '', biasName = ''] = layer.inputs
  const kernel = wiring.constant(kernelName)
  const bias = wiring.constant(biasName)?.values
  if (!(kernel?.values instanceof Float32Array)) throw new Error(`${kernelName} is not float32`)
  const { axis, ...layout } = toChannelLayout(layer, kernel)
  const quantised = quantiseWeights(
    {
      weights: kernel.values,
      layout,
      bias: bias instanceof Float32Array ? bias : new Float32Array(layout.channels),
    },
    { inputScale: affineOf(plan.tensors.get(input) ?? input).scale, weightBits },
  )
  const [weights, biases] = [`${layer.output}/weights`, `${layer.output}/biases`]
  const channels = [layout.channels]
  draft.constants.push(
    { name: `${weights}/steps`, dimensions: kernel.dimensions, values: quantised.steps },
    { name: `${weights}/scales`, dimensions: channels, values: quantised.scales },
    {
      name: `${weights}/zero points`,
      dimensions: channels,
      values: new Int8Array(layout.channels),
    },
    { name: `${biases}/steps`, dimensions: channels, values: quantised.biasSteps },
    { name: `${biases}/scales`, dimensions: channels, values: quantised.biasScales },
    {
      name: `${biases}/zero points`,
      dimensions: channels,
      values: new Int32Array(layout.channels),
    },
  )
  draft.nodes.push(writeSteps(weights, axis), writeSteps(biases, 0))
  return [toTaken(plan, input), weights, biases]
}

function writeSteps(name: string, axis: number): OnnxNode {
  const inputs = [`${name}/steps`, `${name}/scales`, `${name}/zero points`]
  return { ...toNode('DequantizeLinear', name, inputs), attributes: { axis: { int: axis } } }
}

const toNode = (operator: string, output: string, inputs: readonly string[]): OnnxNode => ({
  operator,
  output,
  inputs,
  attributes: {},
})
