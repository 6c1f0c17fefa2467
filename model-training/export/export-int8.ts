import { encodeOnnx, LABELS, toOnnxGraph, type Model } from '../../inference/index'
import { rounded } from '../card'
import { toEvaluation } from '../evaluate'
import { toPrettyJson } from '../json'
import { compareGraphs, type GraphComparison } from './compare-graphs'
import type { ExportedModel, ExportRequest } from './export-request'
import { toPixelBatches } from './pixel-batches'
import { quantiseModel, type QuantisedModel } from './quantise/quantise-model'
import type { WeightBits } from './quantise/quantise-weights'
import { readPhotoParts, type DecodedPhoto, type PhotoParts } from './read-photos'
import { MODEL_FILE, toExportCard } from './to-export-card'
import { verifyOnnx } from './verify-onnx'

interface Int8Request extends ExportRequest {
  /** Folder of labelled photos. */
  readonly data: string
  readonly weightBits: WeightBits
}

/** How the new model does on photos that its ranges are not of. */
interface Comparisons {
  readonly validation: GraphComparison
  /** Undefined where the data have no such part. */
  readonly test: GraphComparison | undefined
}

/** A loss of accuracy above it is pointed out. */
const ALLOWED_LOSS = 0.005

const METHOD =
  'static, after training: int8 weights by output channel, uint8 values between the layers, int32 sums'

/**
 * Converts a model to ONNX that computes in 8 bits, with ranges of values from photos of the training part.
 *
 * @throws as `exportFloat32`, and QuantisationError
 */
export async function exportInt8(model: Model, request: Int8Request): Promise<ExportedModel> {
  const { card } = model
  const { data, photos, seed, weightBits, signal, onStep } = request
  const float32 = toOnnxGraph(model)
  onStep(`reading photos of ${data}`)
  const parts = await readPhotoParts(data, photos, { model: card, seed, signal })
  if (parts.damaged > 0) onStep(`left out ${parts.damaged} photos that cannot be decoded`)
  const toBatches = (some: readonly DecodedPhoto[]) =>
    toPixelBatches(
      some.map(({ rgb }) => rgb),
      card.input,
      signal,
    )
  const validation = toBatches(parts.validation)
  onStep(`comparing ONNX Runtime with TensorFlow.js on ${parts.validation.length} photos`)
  await verifyOnnx(model, float32, validation)
  onStep(`looking for the ranges of values in ${parts.calibration.length} photos`)
  const calibration = toBatches(parts.calibration)
  const quantised = await quantiseModel(float32, { card, calibration, validation, weightBits })
  const graphs = { float32, int8: quantised.graph }
  const compare = (some: readonly DecodedPhoto[]) => compareGraphs(graphs, some, { card, signal })
  const comparisons = {
    validation: await compare(parts.validation),
    test: parts.test.length > 0 ? await compare(parts.test) : undefined,
  }
  const onnx = encodeOnnx(quantised.graph)
  const changes = {
    evaluation: toCardEvaluation(model, parts, comparisons),
    quantisation: { method: METHOD, weightBits, ...toFigures(quantised, parts, comparisons) },
  }
  const exported = toExportCard({ ...request, source: card, graph: quantised.graph, onnx, changes })
  return {
    files: { [MODEL_FILE]: onnx, 'card.json': toPrettyJson(exported) },
    summary: toSummary(quantised, comparisons),
  }
}

/** As a trained model's card has it; undefined where the data have no test part, as the source's figures are not these. */
function toCardEvaluation(
  { card }: Model,
  { test }: PhotoParts,
  comparisons: Comparisons,
): unknown {
  const isOurs = card.labels.join('\n') === LABELS.join('\n')
  if (comparisons.test === undefined || !isOurs) return undefined
  const labels = test.map(({ label }) => label)
  const photos = { split: 'test', labels, entries: test }
  return rounded(toEvaluation(comparisons.test.int8Probabilities, photos))
}

function toFigures(
  { ranges, divergences }: QuantisedModel,
  { calibration }: PhotoParts,
  { validation, test }: Comparisons,
) {
  const toShares = ({ photos, accuracy }: GraphComparison) => ({
    photos,
    accuracy: { float32: round(accuracy.float32), int8: round(accuracy.int8) },
  })
  return {
    calibrationPhotos: calibration.length,
    ranges,
    // In nats, from the float32 model on the validation photos: what the ranges were chosen by.
    divergences: Object.fromEntries(
      Object.entries(divergences).map(([name, value]) => [name, Number(value.toPrecision(3))]),
    ),
    validation: toShares(validation),
    ...(test && { test: toShares(test) }),
  }
}

function toSummary({ ranges }: QuantisedModel, { validation, test }: Comparisons): string[] {
  const toLine = (part: string, { photos, accuracy: { float32, int8 } }: GraphComparison) =>
    `accuracy on ${photos} ${part} photos: ${float32.toFixed(4)} in float32, ${int8.toFixed(4)} in int8`
  const loss = validation.accuracy.float32 - validation.accuracy.int8
  return [
    `ranges of values by ${ranges}`,
    toLine('validation', validation),
    ...(test ? [toLine('test', test)] : []),
    ...(loss > ALLOWED_LOSS
      ? [`note: it is ${(loss * 100).toFixed(1)} points worse on the validation photos`]
      : []),
  ]
}

const round = (value: number): number => Math.round(value * 1e4) / 1e4
