import { encodeOnnx, toOnnxGraph, type Model } from '../../inference/index'
import { toPrettyJson } from '../json'
import type { ExportedModel, ExportRequest } from './export-request'
import { createNoise } from './noise'
import { toPixelBatches } from './pixel-batches'
import { readAnyPhotos } from './read-photos'
import { MODEL_FILE, toExportCard } from './to-export-card'
import { verifyOnnx } from './verify-onnx'

interface Float32Request extends ExportRequest {
  /** Folder of photos to try it on; noise without it. */
  readonly data: string | undefined
}

/**
 * Converts a model to ONNX and tries it on photos.
 *
 * @throws LoadError MODEL_INVALID for what cannot be converted, or ENGINE_UNAVAILABLE; DataError; VerificationError; the
 * signal's reason after an abort
 */
export async function exportFloat32(model: Model, request: Float32Request): Promise<ExportedModel> {
  const { card } = model
  const { signal, onStep } = request
  const graph = toOnnxGraph(model)
  const rgb = await readRgb(model, request)
  onStep(`comparing ONNX Runtime with TensorFlow.js on ${rgb.length} photos`)
  const difference = await verifyOnnx(model, graph, toPixelBatches(rgb, card.input, signal))
  const onnx = encodeOnnx(graph)
  const exported = toExportCard({ ...request, source: card, graph, onnx })
  const what = request.data === undefined ? 'photos of noise' : 'photos'
  return {
    files: { [MODEL_FILE]: onnx, 'card.json': toPrettyJson(exported) },
    summary: [
      `ONNX Runtime differs from TensorFlow.js by at most ${difference.toExponential(1)} on ${rgb.length} ${what}`,
    ],
  }
}

async function readRgb(
  { card }: Model,
  { data, photos, seed, signal, onStep }: Float32Request,
): Promise<Uint8Array[]> {
  if (data === undefined) return createNoise(photos, card.input, seed)
  onStep(`reading photos of ${data}`)
  const read = await readAnyPhotos(data, photos, { model: card, seed, signal })
  if (read.damaged > 0) onStep(`left out ${read.damaged} photos that cannot be decoded`)
  return read.photos.map(({ rgb }) => rgb)
}
