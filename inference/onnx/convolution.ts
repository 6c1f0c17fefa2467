import * as z from '../schema'
import { activate } from './activation'
import {
  dataFormat,
  inputOf,
  only,
  pair,
  readConfig,
  spatialOf,
  type Call,
  type Value,
} from './layer'
import { toOutputsFirst } from './permute'
import { padding, slide } from './window'

const windowSchema = z.looseObject({
  kernel_size: pair,
  strides: z._default(pair, [1, 1]),
  padding: z._default(padding, 'valid'),
  data_format: dataFormat,
  dilation_rate: z._default(pair, [1, 1]),
  use_bias: z._default(z.boolean(), true),
  activation: z.nullish(z.string()),
})

const convolutionSchema = z.extend(windowSchema, {
  filters: z.int().check(z.minimum(1)),
  groups: only(1),
})

const separableSchema = z.extend(convolutionSchema, {
  depth_multiplier: z._default(z.int().check(z.minimum(1)), 1),
})

const depthwiseSchema = z.extend(windowSchema, {
  depth_multiplier: z._default(z.int().check(z.minimum(1)), 1),
  // TensorFlow.js 4.22 ignores the dilation of this layer, so that the engines would disagree.
  dilation_rate: z.nullish(
    z.union([z.literal(1), z.tuple([z.literal(1), z.literal(1)])], 'only 1 is supported'),
  ),
})

interface Kernel {
  /** Of the operator within the layer. */
  readonly name: string
  readonly values: Float32Array
  /** Outputs, inputs of each group, height, width. */
  readonly dimensions: readonly [number, number, number, number]
  readonly groups?: number
  readonly bias?: Float32Array | undefined
}

interface Movement {
  readonly strides: readonly [number, number]
  readonly dilations?: readonly [number, number]
  readonly padding: z.infer<typeof padding>
}

const ONE_BY_ONE: Movement = { strides: [1, 1], padding: 'valid' }

export function convertConvolution(call: Call): Value {
  const config = readConfig(call.layer, convolutionSchema)
  const kernel = {
    name: 'Conv',
    ...readKernel(call, config.kernel_size, spatialOf(call)[2], config.filters),
    bias: readBias(call, config.use_bias, config.filters),
  }
  const movement = { ...config, dilations: config.dilation_rate }
  return activate(call, convolve(call, kernel, movement), config.activation ?? 'linear')
}

export function convertDepthwise(call: Call): Value {
  const config = readConfig(call.layer, depthwiseSchema)
  const channels = spatialOf(call)[2]
  const kernel = {
    name: 'Conv',
    ...readDepthwise(call, config.kernel_size, channels, config.depth_multiplier),
    bias: readBias(call, config.use_bias, channels * config.depth_multiplier),
  }
  return activate(call, convolve(call, kernel, config), config.activation ?? 'linear')
}

export function convertSeparable(call: Call): Value {
  const config = readConfig(call.layer, separableSchema)
  const { kernel_size: size, depth_multiplier: multiplier, filters } = config
  const channels = spatialOf(call)[2]
  const depthwise = { name: 'Depthwise', ...readDepthwise(call, size, channels, multiplier) }
  const movement = { ...config, dilations: config.dilation_rate }
  const between = convolve(call, depthwise, movement)
  const pointwise = {
    name: 'Pointwise',
    ...readKernel(call, [1, 1], channels * multiplier, filters, 'pointwise_kernel'),
    bias: readBias(call, config.use_bias, filters),
  }
  const output = convolve({ ...call, inputs: [between] }, pointwise, ONE_BY_ONE)
  return activate(call, output, config.activation ?? 'linear')
}

/** A kernel for one pixel at a time, which is what a dense layer is to an input of height, width and channels. */
export function convolvePixels(
  call: Call,
  matrix: Float32Array,
  outputs: number,
  bias: Float32Array | undefined,
): Value {
  const inputs = spatialOf(call)[2]
  const values = toOutputsFirst(matrix, { positions: 1, inputs, outputs })
  const kernel = { name: 'Conv', values, dimensions: [outputs, inputs, 1, 1] as const, bias }
  return convolve(call, kernel, ONE_BY_ONE)
}

function convolve(
  call: Call,
  { name, values, dimensions, groups = 1, bias }: Kernel,
  { strides, dilations = [1, 1], padding }: Movement,
): Value {
  const { layer, graph } = call
  const [outputs, , height, width] = dimensions
  const size = [height, width] as const
  const window = { size, strides, dilations, padding }
  const { pads, output } = slide(layer, spatialOf(call), window)
  const inputs = [
    inputOf(call).name,
    graph.addFloats(`${layer.name}/${name}/kernel`, values, dimensions),
  ]
  if (bias !== undefined) {
    inputs.push(graph.addFloats(`${layer.name}/${name}/bias`, bias, [outputs]))
  }
  const attributes = {
    kernel_shape: { ints: size },
    strides: { ints: strides },
    dilations: { ints: dilations },
    pads: { ints: pads },
    group: { int: groups },
  }
  const added = graph.add({ name: `${layer.name}/${name}`, operator: 'Conv', inputs, attributes })
  return { name: added, shape: [...output, outputs] }
}

function readKernel(
  { readWeight }: Call,
  [height, width]: readonly [number, number],
  inputs: number,
  outputs: number,
  name = 'kernel',
): Pick<Kernel, 'values' | 'dimensions'> {
  const stored = readWeight(name, [height, width, inputs, outputs])
  return {
    values: toOutputsFirst(stored, { positions: height * width, inputs, outputs }),
    dimensions: [outputs, inputs, height, width],
  }
}

/** [height, width, channels, multiplier] -> [channels * multiplier, 1, height, width], each channel a group. */
function readDepthwise(
  { readWeight }: Call,
  [height, width]: readonly [number, number],
  channels: number,
  multiplier: number,
): Pick<Kernel, 'values' | 'dimensions' | 'groups'> {
  const outputs = channels * multiplier
  const stored = readWeight('depthwise_kernel', [height, width, channels, multiplier])
  return {
    values: toOutputsFirst(stored, { positions: height * width, inputs: 1, outputs }),
    dimensions: [outputs, 1, height, width],
    groups: channels,
  }
}

function readBias({ readWeight }: Call, used: boolean, outputs: number): Float32Array | undefined {
  return used ? readWeight('bias', [outputs]) : undefined
}
