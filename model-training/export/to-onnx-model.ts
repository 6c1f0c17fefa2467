import { encodeOnnx, type Model, type ModelCard, type OnnxGraph } from '../../inference/index'

/** What `loadModel` would give of a graph, had it been written with the card of the model that it is made of. */
export function toOnnxModel(graph: OnnxGraph, card: ModelCard): Model {
  const onnx = encodeOnnx(graph)
  const weights = new Uint8Array(new SharedArrayBuffer(onnx.byteLength))
  weights.set(onnx)
  return { format: 'onnx', card, weights }
}
