import type { WeightSpec } from '../../../inference/manifest'
import type { LayersModel as Model } from '../../../inference/model'
import { createModel } from '../../helpers/to-model'

type Quantisation = NonNullable<WeightSpec['quantization']>['dtype']

/** The model with its float32 weights stored smaller, as tensorflowjs_converter does when told so. */
export function quantise(model: Model, dtype: Quantisation): Model {
  const parts = splitWeights(model).map((values) => store(values, dtype))
  return createModel({
    ...model,
    ...model.card.input,
    labels: model.card.labels.length,
    weights: Buffer.concat(parts.map(({ bytes }) => bytes)),
    weightSpecs: model.weightSpecs.map((spec, index) => ({
      ...spec,
      quantization: { dtype, ...parts[index]?.step },
    })),
  })
}

function splitWeights({ weightSpecs, weights }: Model): Float32Array[] {
  let offset = 0
  return weightSpecs.map(({ shape }) => {
    const start = offset
    offset += shape.reduce((product, size) => product * size, 4)
    return new Float32Array(weights.slice(start, offset).buffer)
  })
}

function store(values: Float32Array, dtype: Quantisation) {
  if (dtype === 'float16') {
    return { step: {}, bytes: new Uint8Array(Uint16Array.from(values, toHalf).buffer) }
  }
  const min = values.reduce((left, right) => Math.min(left, right))
  const max = values.reduce((left, right) => Math.max(left, right))
  const scale = (max - min) / (dtype === 'uint8' ? 255 : 65_535)
  const steps = Array.from(values, (value) => Math.round((value - min) / scale))
  const stored = dtype === 'uint8' ? Uint8Array.from(steps) : Uint16Array.from(steps)
  return { step: { scale, min }, bytes: new Uint8Array(stored.buffer) }
}

/** Half precision of a value below 65,520, rounded to the nearest. */
function toHalf(value: number): number {
  const sign = value < 0 ? 0x8000 : 0
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(value))), -14)
  // The fraction brings its leading 1 along, which counts as one exponent; below 2^-14 it has none.
  return sign + (exponent + 14) * 1024 + Math.round((Math.abs(value) / 2 ** exponent) * 1024)
}
