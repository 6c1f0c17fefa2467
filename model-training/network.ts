import * as tfl from '@tensorflow/tfjs-layers'

/** Names of the layers that training takes hold of. */
export const FEATURES_LAYER = 'features'
export const LOGITS_LAYER = 'logits'

interface NetworkOptions {
  /** Width and height of the input. */
  readonly size: number
  readonly labelCount: number
  /** Decides the first weights. */
  readonly seed: number
  /** Multiplies every layer's width; tests train a quarter of it. */
  readonly widthFactor?: number
}

/** Draws every layer's first weights from another seed, or equal layers would start alike. */
type Initialise = () => ReturnType<typeof tfl.initializers.heNormal>

interface Block {
  readonly name: string
  readonly filters: number
  readonly initialise: Initialise
  readonly strides?: number
  /** Halve height and width before the batch norm. */
  readonly pooled?: boolean
}

/**
 * Our small CNN: a strided and two plain convolutions where the channels are few, then
 * depthwise-separable ones where they are many, two of each width with a skip over the second.
 *
 * @returns a network from pixels [batch, size, size, 3] (-1..1) to probabilities [batch, labelCount]
 */
export function createNetwork(options: NetworkOptions): tfl.LayersModel {
  const { size, labelCount, seed, widthFactor = 1 } = options
  let drawn = 0
  const initialise = () => tfl.initializers.heNormal({ seed: seed * 1000 + ++drawn })
  const block = (name: string, filters: number): Block => ({
    name,
    filters: Math.max(4, Math.round(filters * widthFactor)),
    initialise,
  })
  const input = tfl.input({ shape: [size, size, 3], name: 'pixels' })
  let x = convolve(input, { ...block('stem', 32), strides: 2, pooled: true })
  x = convolve(x, block('plain1', 64))
  x = add(convolve(x, block('plain2', 64)), x, 'plain2')
  x = pool(x, 'plain2')
  x = separate(x, block('separable1', 128))
  x = add(separate(x, block('separable2', 128)), x, 'separable2')
  x = pool(x, 'separable2')
  x = separate(x, block('separable3', 256))
  x = add(separate(x, block('separable4', 256)), x, 'separable4')
  const features = tfl.layers.globalAveragePooling2d({ name: FEATURES_LAYER }).apply(x)
  const kernelInitializer = tfl.initializers.glorotUniform({ seed: seed * 1000 })
  const dense = tfl.layers.dense({ units: labelCount, kernelInitializer, name: LOGITS_LAYER })
  const outputs = tfl.layers.softmax({ name: 'probabilities' }).apply(dense.apply(features))
  return tfl.model({
    inputs: input,
    outputs: outputs as tfl.SymbolicTensor,
    // Unnamed, it would be numbered by how many models the process has made.
    name: 'photo_network',
  })
}

function convolve(x: tfl.SymbolicTensor, block: Block): tfl.SymbolicTensor {
  const { name, filters, initialise, strides = 1, pooled = false } = block
  const layer = tfl.layers.conv2d({
    name,
    filters,
    strides,
    kernelSize: 3,
    padding: 'same',
    useBias: false,
    kernelInitializer: initialise(),
  })
  const convolved = layer.apply(x) as tfl.SymbolicTensor
  // Pooling first leaves a quarter for batch norm and ReLU, whose gradients cost tfjs more than the convolution's.
  return normaliseAndActivate(pooled ? pool(convolved, name) : convolved, name)
}

function separate(x: tfl.SymbolicTensor, block: Block): tfl.SymbolicTensor {
  const { name, filters, initialise } = block
  const layer = tfl.layers.separableConv2d({
    name,
    filters,
    kernelSize: 3,
    padding: 'same',
    useBias: false,
    depthwiseInitializer: initialise(),
    pointwiseInitializer: initialise(),
  })
  return normaliseAndActivate(layer.apply(x), name)
}

function normaliseAndActivate(x: ReturnType<tfl.LayersModel['apply']>, name: string) {
  // Momentum 0.9: an epoch has some 55 steps, of which the default 0.99 would see too little.
  const normalised = tfl.layers.batchNormalization({ momentum: 0.9, name: `${name}_norm` }).apply(x)
  return tfl.layers.reLU({ name: `${name}_relu` }).apply(normalised) as tfl.SymbolicTensor
}

const pool = (x: tfl.SymbolicTensor, name: string): tfl.SymbolicTensor =>
  tfl.layers.maxPooling2d({ poolSize: 2, name: `${name}_pool` }).apply(x) as tfl.SymbolicTensor

const add = (x: tfl.SymbolicTensor, skip: tfl.SymbolicTensor, name: string): tfl.SymbolicTensor =>
  tfl.layers.add({ name: `${name}_add` }).apply([x, skip]) as tfl.SymbolicTensor

/** Multiplications with weights for one photo. */
export function countMacs(network: tfl.LayersModel): number {
  return network.layers.reduce((sum, layer) => {
    const [, height, width, channels] = layer.outputShape as (number | null)[]
    const places = channels === undefined ? 1 : (height ?? 1) * (width ?? 1)
    // Kernels have two dimensions or more; biases and batch norms' vectors one.
    const kernels = layer.weights.map(({ shape }) => shape).filter((shape) => shape.length > 1)
    const sizes = kernels.map((shape) => shape.reduce<number>((a, b) => a * (b ?? 1), 1))
    return sizes.reduce((total, size) => total + size * places, sum)
  }, 0)
}
