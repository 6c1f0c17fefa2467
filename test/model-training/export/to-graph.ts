import type { LayersModel } from '@tensorflow/tfjs-layers'
import { toOnnxGraph, type OnnxGraph } from '../../../inference/index'
import { toModel } from '../../helpers/to-model'

/** The float32 graph of a network, which is disposed. */
export async function toGraph(network: LayersModel): Promise<OnnxGraph> {
  const graph = toOnnxGraph(await toModel(network))
  network.dispose()
  return graph
}

/** How often each operator occurs. */
export function countOperators({ nodes }: Pick<OnnxGraph, 'nodes'>): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { operator } of nodes) counts[operator] = (counts[operator] ?? 0) + 1
  return counts
}
