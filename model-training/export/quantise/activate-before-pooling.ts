import type { OnnxGraph, OnnxNode } from '../../../inference/index'
import { toWiring } from './wiring'

const GROWING = new Set(['Relu', 'Clip'])

/**
 * The graph with each ReLU, with or without a limit, before the max pooling that it follows: the largest of what is cut
 * off is what is left of the largest. Beside its convolution the ReLU costs nothing in uint8.
 */
export function activateBeforePooling(graph: OnnxGraph): OnnxGraph {
  const { producer, onlyConsumer } = toWiring(graph)
  const replacements = new Map<OnnxNode, OnnxNode>()
  for (const activation of graph.nodes) {
    const [pooled = '', ...limits] = activation.inputs
    const pooling = producer(pooled)
    if (!GROWING.has(activation.operator) || pooling?.operator !== 'MaxPool') continue
    if (onlyConsumer(pooled) !== activation) continue
    // Each takes the other's place and name.
    replacements.set(pooling, {
      ...activation,
      output: pooled,
      inputs: [...pooling.inputs, ...limits],
    })
    replacements.set(activation, { ...pooling, output: activation.output, inputs: [pooled] })
  }
  return { ...graph, nodes: graph.nodes.map((node) => replacements.get(node) ?? node) }
}
