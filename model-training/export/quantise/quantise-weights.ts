import { QuantisationError } from './quantisation-error'

/** Weights of a layer in the order they are kept: which of its outputs each belongs to. */
export interface ChannelLayout {
  readonly channels: number
  /** Neighbours that belong to one channel, before the next channel's begin. */
  readonly run: number
}

export interface LayerWeights {
  readonly weights: Float32Array
  readonly layout: ChannelLayout
  /** [channels]. */
  readonly bias: Float32Array
}

/** weight = steps * scale of its channel; bias = biasSteps * scale of its channel * scale of the input. */
export interface QuantisedWeights {
  readonly steps: Int8Array
  /** [channels]. */
  readonly scales: Float32Array
  readonly biasSteps: Int32Array
  /** [channels]. */
  readonly biasScales: Float32Array
}

/** Of weights with their sign. */
export const WEIGHT_BITS = [7, 8] as const
export type WeightBits = (typeof WEIGHT_BITS)[number]

/**
 * The largest step of weights. Where a processor has no dot product of bytes (AVX2 and AVX512 without VNNI), ONNX Runtime
 * adds pairs of uint8 times int8 in 16 bits that saturate (onnxruntime.ai, quantization, "U8S8"): 2 * 255 * 64 still fits,
 * 2 * 255 * 127 does not, so that the same model would answer differently from machine to machine.
 */
const LARGEST_STEP: Readonly<Record<WeightBits, number>> = { 7: 64, 8: 127 }

/** Leaves room for the sum of products that the bias is added to: 127 * 255 * 2^15 weights of an output. */
const LARGEST_BIAS_STEP = 2 ** 30

/** Enough for a bias alone: float32 has no more digits. */
const DIGITS = 2 ** 24

const SMALLEST_SCALE = 2 ** -126

export interface WeightOptions {
  /** Scale of the layer's quantised input. */
  readonly inputScale: number
  readonly weightBits: WeightBits
}

/**
 * Quantises weights to int8, symmetrically and each output channel for itself, and the bias to int32.
 *
 * @throws QuantisationError if a weight is no finite number
 */
export function quantiseWeights(
  { weights, layout, bias }: LayerWeights,
  { inputScale, weightBits }: WeightOptions,
): QuantisedWeights {
  const { channels, run } = layout
  const channelOf = (index: number): number => Math.floor(index / run) % channels
  const largest = new Float64Array(channels)
  for (const [index, weight] of weights.entries()) {
    if (!Number.isFinite(weight)) throw new QuantisationError(`a weight is ${weight}`)
    const channel = channelOf(index)
    largest[channel] = Math.max(largest[channel] ?? 0, Math.abs(weight))
  }
  const scales = Float32Array.from(largest, (value, channel) =>
    toScale(value / LARGEST_STEP[weightBits], Math.abs(bias[channel] ?? 0) / inputScale),
  )
  const biasScales = scales.map((scale) => Math.max(SMALLEST_SCALE, scale * inputScale))
  const scaleOf = (channel: number): number => scales[channel] ?? 1
  return {
    steps: Int8Array.from(weights, (weight, index) =>
      Math.round(weight / scaleOf(channelOf(index))),
    ),
    scales,
    biasSteps: Int32Array.from(bias, (value, channel) =>
      Math.round(value / (biasScales[channel] ?? 1)),
    ),
    biasScales,
  }
}

/**
 * @param weights scale that the channel's weights ask for
 * @param bias in units of the input's scale, without its sign
 */
function toScale(weights: number, bias: number): number {
  if (weights === 0) return bias === 0 ? 1 : Math.max(SMALLEST_SCALE, bias / DIGITS)
  return Math.max(SMALLEST_SCALE, weights, bias / LARGEST_BIAS_STEP)
}
