import type { Inference } from './create-inference'
import type { MemoryCost } from './served-models'

export { LICENCE } from './card'
export type { ModelCard, ModelInput } from './card'
export { warmUp } from './classify'
export { createInference } from './create-inference'
export type { Inference, InferenceOptions } from './create-inference'
export { DECODERS, loadDecoder } from './decoder'
export type { Decoder, DecoderChoice, DecoderName } from './decoder'
export { ENGINES, loadEngine } from './engine'
export type { EngineChoice, EngineName } from './engine'
export { LoadError, PhotoError, STATUS } from './errors'
export type { ErrorCode } from './errors'
export { countParameters, inspectModel } from './inspect-model'
export type { ModelContents, ModelFacts } from './inspect-model'
export { LABELS } from './labels'
export { readManifest } from './manifest'
export type { LayersManifest } from './manifest'
export { loadModel, toModelSha256 } from './model'
export type { Model } from './model'
export { toRejection } from './message'
export type { Answered, Consume, MessageAnswer, Rejected } from './message'
export { normalise } from './normalise'
export { toOnnx, toOnnxGraph } from './onnx'
export { encodeOnnx, OPSET } from './onnx/encode-onnx'
export type { OnnxConstant, OnnxGraph, OnnxNode } from './onnx/onnx-graph'
export { decode } from './photo'
export type { PhotoMessage } from './photo-event'
export { DEFAULT_LIMITS } from './photo-header'
export type { PhotoLimits } from './photo-header'
export { DEFAULT_TOP, MAX_LABELS_TOLD } from './prediction'
export type { Query } from './query'
export { toMaxQueue } from './queue-limit'
export { toProblem } from './respond'
export type { PhotoRequest, PhotoResponse, Respond, ResponseOutcome } from './respond'
export type { MemoryCost, ServedModel } from './served-models'

/** What an operator wants to know of models at work; `model` and `sha256` are the default's. */
export interface InferenceDescription {
  readonly model: string
  readonly sha256: string
  readonly engine: string
  readonly decoder: string
  readonly workers: number
  readonly loadMs: number
  readonly models: readonly ({ readonly name: string; readonly sha256: string } & MemoryCost)[]
}

/** Names what was loaded, for a log. */
export function describe({
  models,
  engine,
  decoder,
  pool,
  loadMs,
}: Inference): InferenceDescription {
  const [{ card }] = models
  return {
    model: card.name,
    sha256: card.sha256,
    engine: `${engine.name} ${engine.version}`,
    decoder: `${decoder.name} ${decoder.version}`,
    workers: pool.workersAlive,
    loadMs: Math.round(loadMs),
    models: models.map(({ card: { name, sha256 }, memory }) => ({ name, sha256, ...memory })),
  }
}
