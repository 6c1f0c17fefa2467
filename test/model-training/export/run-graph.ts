import { encodeOnnx, type OnnxGraph } from '../../../inference/index'
import { openSession } from '../../../model-training/open-session'

/**
 * What a graph with one output gives of pixels, by ONNX Runtime.
 *
 * @param values [photos, height, width, 3]
 */
export async function runGraph(
  graph: OnnxGraph,
  values: readonly number[] | Float32Array,
  photos = 1,
): Promise<Float32Array> {
  const session = await openSession(encodeOnnx(graph), graph.input)
  try {
    const made = await session.run(Float32Array.from(values), photos)
    return made[graph.outputs[0]?.name ?? ''] ?? new Float32Array()
  } finally {
    await session.close()
  }
}
