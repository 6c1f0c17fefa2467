import * as z from '../schema'
import { LoadError } from '../errors'
import type { Graph } from './graph'

/** A layer of the Keras topology. */
export interface Layer {
  readonly name: string
  readonly className: string
  readonly config: Readonly<Record<string, unknown>>
}

export type Spatial = readonly [height: number, width: number, channels: number]

/**
 * What a layer takes and gives. `shape` is Keras' without the batch; the tensor in the graph has its channels first if
 * `shape` has three sizes (height, width, channels), else it is as `shape` says.
 */
export interface Value {
  readonly name: string
  readonly shape: readonly number[]
  /** Set while the elements of a flat value are still in the order channel, row, column of the value it was. */
  readonly flattenedFrom?: Spatial
}

/** One use of a layer: what its converter needs to add it to the graph. */
export interface Call {
  readonly layer: Layer
  readonly inputs: readonly Value[]
  readonly graph: Graph
  /** Reads the layer's own weight of that name, which must have that shape. */
  readonly readWeight: (name: string, shape: readonly number[]) => Float32Array
}

/** A whole number of 1 or more for both height and width, or one for each. */
export const pair = z.pipe(
  z.union([
    z.int().check(z.minimum(1)),
    z.tuple([z.int().check(z.minimum(1)), z.int().check(z.minimum(1))]),
  ]),
  z.transform((size): readonly [number, number] =>
    typeof size === 'number' ? [size, size] : size,
  ),
)

/** A setting of which one value is supported, and which may be left out if that is the default. */
export function only<const T extends string | number | boolean>(value: T) {
  return z.nullish(z.literal(value, `only ${JSON.stringify(value)} is supported`))
}

export const dataFormat = only('channels_last')

/** The error for what a layer's converter cannot do, and TensorFlow.js may. */
export function refuse(layer: Layer, reason: string): LoadError {
  return new LoadError('MODEL_UNSUPPORTED', describe(layer, reason))
}

/** The error for a layer that cannot be right, whatever runs it. */
export function invalidate(layer: Layer, reason: string): LoadError {
  return new LoadError('MODEL_INVALID', describe(layer, reason))
}

const describe = ({ name, className }: Layer, reason: string): string =>
  `layer ${name} (${className}): ${reason}`

/** The layer's settings, checked. */
export function readConfig<T>(layer: Layer, schema: z.ZodMiniType<T>): T {
  const parsed = schema.safeParse(layer.config)
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw refuse(layer, issues.join('; '))
}

/** The one input of a layer that takes one. */
export function inputOf({ layer, inputs }: Call): Value {
  const [input] = inputs
  if (input === undefined || inputs.length > 1) {
    throw refuse(layer, `takes one input, not ${String(inputs.length)}`)
  }
  return input
}

/** The size of the one input of a layer that takes height, width and channels. */
export function spatialOf(call: Call): Spatial {
  const [height, width, channels, ...more] = inputOf(call).shape
  if (height === undefined || width === undefined || channels === undefined || more.length > 0) {
    throw refuse(call.layer, 'takes an input of height, width and channels')
  }
  return [height, width, channels]
}

/** Keras' number of an axis (0 is the batch, negative ones count from the end) -> that axis in the graph. */
export function toGraphAxis(layer: Layer, axis: number, { shape }: Value): number {
  const positive = axis < 0 ? axis + shape.length + 1 : axis
  if (positive < 1 || positive > shape.length) {
    throw refuse(layer, `axis ${String(axis)} is none of its input's, or is the batch`)
  }
  if (shape.length !== 3) return positive
  return positive === 3 ? 1 : positive + 1
}

export function productOf(sizes: readonly number[]): number {
  return sizes.reduce((product, size) => product * size, 1)
}
