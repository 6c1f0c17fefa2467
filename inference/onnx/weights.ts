import { LoadError } from '../errors'
import type { WeightSpec } from '../manifest'

/** One weight tensor, decoded. */
interface Weight {
  readonly shape: readonly number[]
  readonly values: Float32Array
}

type StoredType = 'float32' | 'int32' | 'bool' | 'uint8' | 'uint16' | 'float16'

const BYTES_PER_VALUE: Readonly<Record<StoredType, number>> = {
  float32: 4,
  int32: 4,
  bool: 1,
  uint8: 1,
  uint16: 2,
  float16: 2,
}

/**
 * Finds and decodes single weights of a model by name, into the very float32 values that TensorFlow.js makes of them.
 * Values stored as float32 are not copied where their place allows it.
 *
 * @returns a function that answers undefined to a name the model has not
 */
export function createWeightReader({
  weightSpecs,
  weights,
}: {
  readonly weightSpecs: readonly WeightSpec[]
  readonly weights: Uint8Array
}): (name: string) => Weight | undefined {
  const places = new Map<string, { readonly spec: WeightSpec; readonly stored: Uint8Array }>()
  let offset = 0
  for (const spec of weightSpecs) {
    const end = offset + sizeOf(spec) * BYTES_PER_VALUE[storedTypeOf(spec)]
    if (end > weights.byteLength) {
      throw new LoadError('MODEL_INVALID', `the model's weights end within weight ${spec.name}`)
    }
    places.set(spec.name, { spec, stored: weights.subarray(offset, end) })
    offset = end
  }
  return (name) => {
    const place = places.get(name)
    return place && { shape: place.spec.shape, values: decode(place.spec, place.stored) }
  }
}

function decode(spec: WeightSpec, stored: Uint8Array): Float32Array {
  const type = storedTypeOf(spec)
  if (spec.dtype !== 'float32') throw undecodable(spec, `of type ${spec.dtype}`)
  if (type === 'float32') return toFloats(stored)
  if (type === 'float16') return fromHalves(toUint16(stored))
  const { scale, min } = spec.quantization ?? {}
  if (scale === undefined || min === undefined) throw undecodable(spec, 'without scale and min')
  return fromSteps(type === 'uint8' ? stored : toUint16(stored), scale, min)
}

function undecodable({ name }: WeightSpec, what: string): LoadError {
  return new LoadError('MODEL_INVALID', `weight ${name} is stored ${what} and cannot be read`)
}

/** Values that are `min` plus a whole number of steps of `scale`, computed in float64 as TensorFlow.js does. */
function fromSteps(steps: Uint8Array | Uint16Array, scale: number, min: number): Float32Array {
  const values = new Float32Array(steps.length)
  for (let index = 0; index < values.length; index++) {
    values[index] = (steps[index] ?? 0) * scale + min
  }
  return values
}

/** IEEE 754 half precision: 1 bit sign, 5 bits exponent, 10 bits fraction. */
function fromHalves(halves: Uint16Array): Float32Array {
  // A look-up instead of 2 ** exponent is 5 times as fast.
  const units = Float64Array.from(
    { length: 32 },
    (_, exponent) => 2 ** (Math.max(exponent, 1) - 25),
  )
  const values = new Float32Array(halves.length)
  for (let index = 0; index < values.length; index++) {
    const half = halves[index] ?? 0
    const exponent = (half >> 10) & 31
    const fraction = half & 1023
    const magnitude =
      exponent === 31
        ? fraction === 0
          ? Infinity
          : NaN
        : (exponent === 0 ? fraction : fraction + 1024) * (units[exponent] ?? 0)
    values[index] = half < 0x8000 ? magnitude : -magnitude
  }
  return values
}

// Quantised weights before a weight may leave it at an odd address, where typed arrays cannot look.
function toFloats(stored: Uint8Array): Float32Array {
  const { buffer, byteOffset, byteLength } = stored.byteOffset % 4 === 0 ? stored : stored.slice()
  return new Float32Array(buffer, byteOffset, byteLength / 4)
}

function toUint16(stored: Uint8Array): Uint16Array {
  const { buffer, byteOffset, byteLength } = stored.byteOffset % 2 === 0 ? stored : stored.slice()
  return new Uint16Array(buffer, byteOffset, byteLength / 2)
}

function storedTypeOf({ dtype, quantization }: WeightSpec): StoredType {
  return quantization?.dtype ?? dtype
}

function sizeOf({ shape }: WeightSpec): number {
  return shape.reduce((product, size) => product * size, 1)
}
