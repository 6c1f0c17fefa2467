import type { ModelCard } from './card'
import { LoadError } from './errors'
import { readGraphSignature } from './graph-signature'
import type { GraphManifest, LayersManifest } from './manifest'
import { countOutputs } from './onnx'
import { summarise } from './onnx/summary'
import { readTopology } from './onnx/topology'

/** A model's files in memory, with or without a card. */
export type ModelContents =
  | (Omit<LayersManifest, 'shards'> & { readonly weights: Uint8Array })
  | (Omit<GraphManifest, 'shards'> & { readonly weights: Uint8Array })
  | { readonly format: 'onnx'; readonly weights: Uint8Array }

type Layout = NonNullable<ModelCard['input']['layout']>

/** What a model's files say of it, without running it. Undefined is what they do not say. */
export interface ModelFacts {
  readonly width: number | undefined
  readonly height: number | undefined
  readonly layout: Layout
  /** Values that a photo gets, one for each label. */
  readonly outputs: number | undefined
  /** Values of all its weights. */
  readonly parameters: number
}

/** The size of the photos that a model takes. */
interface Size {
  readonly width: number
  readonly height: number
}

/**
 * Reads what a model takes and gives.
 *
 * @param size of the photos, where the model takes any size
 * @throws LoadError MODEL_INVALID where it is no model of colour photos
 */
export function inspectModel(contents: ModelContents, size?: Size): ModelFacts {
  if (contents.format === 'onnx') return inspectOnnx(contents.weights)
  return contents.format === 'graph-model' ? inspectGraph(contents) : inspectLayers(contents, size)
}

/** Values of all weights of a model. */
export function countParameters(contents: ModelContents): number {
  if (contents.format === 'onnx') return summarise(contents.weights, 'model.onnx').parameters
  return contents.weightSpecs.reduce((sum, { shape }) => sum + (productOf([1, ...shape]) ?? 0), 0)
}

function inspectOnnx(onnx: Uint8Array): ModelFacts {
  const { inputs, outputs, parameters } = summarise(onnx, 'model.onnx')
  const [, ...sizes] = inputs[0]?.shape ?? [null, null, null, null]
  const layout = sizes[0] === 3 && sizes[2] !== 3 ? 'nchw' : 'nhwc'
  const [height, width] = layout === 'nchw' ? [sizes[1], sizes[2]] : sizes
  requireColour(sizes, layout === 'nchw' ? sizes[0] : sizes[2])
  return {
    width: width ?? undefined,
    height: height ?? undefined,
    layout,
    outputs: outputs.length === 1 ? productOf(outputs[0]?.shape?.slice(1)) : undefined,
    parameters,
  }
}

/** Undefined where a size is not known. */
function productOf(sizes: readonly (number | null)[] = []): number | undefined {
  if (sizes.length === 0) return undefined
  let product = 1
  for (const size of sizes) {
    if (size === null) return undefined
    product *= size
  }
  return product
}

function inspectLayers(
  contents: Extract<ModelContents, { format: 'layers-model' }>,
  size: Size | undefined,
): ModelFacts {
  const { inputShape } = readTopology(contents.topology)
  const [height, width, channels] = inputShape
  requireColour(inputShape.length === 0 ? [null, null, null] : inputShape, channels)
  const used = { width: width ?? size?.width, height: height ?? size?.height }
  return {
    width: width ?? undefined,
    height: height ?? undefined,
    layout: 'nhwc',
    outputs: used.width && used.height ? tryCount(contents, used as Size) : undefined,
    parameters: countParameters(contents),
  }
}

function inspectGraph(contents: Extract<ModelContents, { format: 'graph-model' }>): ModelFacts {
  const { input, output } = readGraphSignature(contents.graph)
  const [, ...sizes] = input ?? [null, null, null, null]
  const [height, width, channels] = sizes
  requireColour(sizes, channels)
  return {
    width: width ?? undefined,
    height: height ?? undefined,
    layout: 'nhwc',
    outputs: productOf(output?.slice(1)),
    parameters: countParameters(contents),
  }
}

/** Undefined where a layer is not known here; TensorFlow.js may know it all the same. */
function tryCount(
  contents: Extract<ModelContents, { format: 'layers-model' }>,
  size: Size,
): number | undefined {
  try {
    return countOutputs(contents, size)
  } catch (error) {
    if (error instanceof LoadError) return undefined
    throw error
  }
}

function requireColour(
  sizes: readonly (number | null)[],
  channels: number | null | undefined,
): void {
  if (sizes.length === 3 && (channels ?? 3) === 3) return
  const found = ['any', ...sizes.map((size) => size ?? 'any')].join(', ')
  throw new LoadError(
    'MODEL_INVALID',
    `the model takes [${found}]; supported are models of colour photos: height, width and three channels`,
  )
}
