import * as tfl from '@tensorflow/tfjs-layers'
import { FEATURES_LAYER, type NetworkOptions } from './network'
import { toNetwork } from './to-network'

/** One stage: it halves height and width into so many filters, then adds so many residual convolutions. */
interface Stage {
  readonly filters: number
  readonly residuals: number
}

const STAGES: readonly Stage[] = [
  { filters: 16, residuals: 0 },
  { filters: 32, residuals: 0 },
  { filters: 64, residuals: 2 },
  { filters: 128, residuals: 1 },
  { filters: 192, residuals: 1 },
]

/** Features that a pixel of the last stage is turned into before they are averaged. */
const FEATURES = 512

/**
 * Our small CNN: strided and residual 3x3 convolutions with batch norm and ReLU. Plain convolutions, not
 * depthwise-separable ones: a million multiplications cost them far less time in training
 * (docs/DESIGN.md).
 *
 * @returns a network from pixels [batch, size, size, 3] (-1..1) to probabilities [batch, labelCount]
 */
export function createPhotoNet(options: NetworkOptions): tfl.LayersModel {
  const { size, labelCount, seed, widthFactor = 1 } = options
  const units = (count: number): number => Math.max(4, Math.round(count * widthFactor))
  let drawn = 0
  // Every layer's first weights come from another seed, or equal layers would start alike.
  const initialise = () => tfl.initializers.heNormal({ seed: seed * 1000 + ++drawn })
  const input = tfl.input({ shape: [size, size, 3], name: 'pixels' })
  let x: tfl.SymbolicTensor = input
  for (const [i, { filters, residuals }] of STAGES.entries()) {
    const convolution = { filters: units(filters), kernelSize: 3, strides: 1 }
    const name = `stage${i + 1}`
    x = convolve(x, { ...convolution, strides: 2, name, initialise })
    for (let k = 1; k <= residuals; k += 1) {
      const residual = convolve(x, { ...convolution, name: `${name}_residual${k}`, initialise })
      x = tfl.layers.add({ name: `${name}_add${k}` }).apply([residual, x]) as tfl.SymbolicTensor
    }
  }
  x = convolve(x, {
    name: 'mix',
    filters: units(FEATURES),
    kernelSize: 1,
    strides: 1,
    initialise,
  })
  const features = tfl.layers.globalAveragePooling2d({ name: FEATURES_LAYER }).apply(x)
  return toNetwork(input, features, { labelCount, seed, name: 'photo_net' })
}

interface Convolution {
  readonly name: string
  readonly filters: number
  readonly kernelSize: number
  readonly strides: number
  readonly initialise: () => ReturnType<typeof tfl.initializers.heNormal>
}

function convolve(
  x: tfl.SymbolicTensor,
  { initialise, name, ...shape }: Convolution,
): tfl.SymbolicTensor {
  const convolution = tfl.layers.conv2d({
    ...shape,
    name,
    padding: 'same',
    useBias: false,
    kernelInitializer: initialise(),
  })
  // Momentum 0.9: the default 0.99 would take hundreds of steps to follow, as many as a small set's epochs have.
  const norm = tfl.layers.batchNormalization({ name: `${name}_norm`, momentum: 0.9 })
  const relu = tfl.layers.reLU({ name: `${name}_relu` })
  return relu.apply(norm.apply(convolution.apply(x))) as tfl.SymbolicTensor
}
