import type { OnnxGraph } from '../../../inference/index'

/** The graph without the constants that no node takes. */
export function dropUnusedConstants(graph: OnnxGraph): OnnxGraph {
  const taken = new Set(graph.nodes.flatMap(({ inputs }) => inputs))
  return { ...graph, constants: graph.constants.filter(({ name }) => taken.has(name)) }
}
