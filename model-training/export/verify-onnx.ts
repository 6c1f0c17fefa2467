import type { Model, OnnxGraph } from '../../inference/index'
import type { PixelBatch } from './pixel-batches'
import { predictByEngine } from './predict-by-engine'
import { toOnnxModel } from './to-onnx-model'

/** Two engines sum up in different orders; what differs more is a mistake. */
export const TOLERANCE = 1e-4

/** ONNX Runtime does not answer as TensorFlow.js does: a bug of the converter, and nothing is to be written. */
export class VerificationError extends Error {
  override readonly name = 'VerificationError'
}

/**
 * Compares a graph, by ONNX Runtime, with the layers model that it was made of, by TensorFlow.js (WebAssembly).
 *
 * @returns the largest difference of a probability
 * @throws VerificationError if it is larger than TOLERANCE; LoadError ENGINE_UNAVAILABLE
 */
export async function verifyOnnx(
  model: Model,
  graph: OnnxGraph,
  batches: Iterable<PixelBatch>,
): Promise<number> {
  const expected = await predictByEngine(model, 'wasm', batches)
  const actual = await predictByEngine(toOnnxModel(graph, model.card), 'onnx', batches)
  const differences = expected.map((row, i) => toDifference(row, actual[i] ?? new Float32Array()))
  const largest = Math.max(...differences)
  if (largest <= TOLERANCE) return largest
  const place = differences.findIndex((difference) => !(difference <= TOLERANCE))
  throw new VerificationError(
    `ONNX Runtime differs from TensorFlow.js by ${String(differences[place])} on photo ${place + 1} of ` +
      `${differences.length}, more than ${TOLERANCE}: nothing was written`,
  )
}

/** The largest difference of two rows; NaN where a value is none or is not there. */
function toDifference(left: Float32Array, right: Float32Array): number {
  return left.reduce((most, value, i) => {
    // Unlike a comparison, Math.max keeps NaN.
    return Math.max(most, Math.abs(value - (right[i] ?? Number.NaN)))
  }, 0)
}
