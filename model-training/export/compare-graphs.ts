import type { ModelCard, OnnxGraph } from '../../inference/index'
import { countHits } from '../evaluation/metrics'
import { toPixelBatches } from './pixel-batches'
import { predictByEngine } from './predict-by-engine'
import type { DecodedPhoto } from './read-photos'
import { toOnnxModel } from './to-onnx-model'

/** How a float32 graph and its int8 one do on the same photos. */
export interface GraphComparison {
  readonly photos: number
  readonly accuracy: { readonly float32: number; readonly int8: number }
  /** Of each photo, [labels]. */
  readonly int8Probabilities: readonly Float32Array[]
}

interface CompareOptions {
  /** Of the model that both are of. */
  readonly card: ModelCard
  readonly signal: AbortSignal | undefined
}

/**
 * Predicts labelled photos by both, by ONNX Runtime.
 *
 * @param photos at least one
 * @throws LoadError ENGINE_UNAVAILABLE; the signal's reason after an abort
 */
export async function compareGraphs(
  graphs: { readonly float32: OnnxGraph; readonly int8: OnnxGraph },
  photos: readonly DecodedPhoto[],
  { card, signal }: CompareOptions,
): Promise<GraphComparison> {
  const rgb = photos.map((photo) => photo.rgb)
  const batches = toPixelBatches(rgb, card.input, signal)
  const predict = (graph: OnnxGraph) => predictByEngine(toOnnxModel(graph, card), 'onnx', batches)
  const [float32, int8] = [await predict(graphs.float32), await predict(graphs.int8)]
  const toAccuracy = (rows: readonly Float32Array[]): number => {
    const judgements = rows.map((probabilities, i) => ({
      probabilities,
      truth: photos[i]?.label ?? -1,
    }))
    return countHits(judgements) / photos.length
  }
  return {
    photos: photos.length,
    accuracy: { float32: toAccuracy(float32), int8: toAccuracy(int8) },
    int8Probabilities: int8,
  }
}
