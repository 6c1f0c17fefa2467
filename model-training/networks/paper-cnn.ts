import * as tfl from '@tensorflow/tfjs-layers'
import { FEATURES_LAYER, type NetworkOptions } from './network'
import { toNetwork } from './to-network'

/** Filters of the convolutions, and units of the dense layer, which holds nine tenths of the weights. */
const FILTERS = [32, 64, 128, 128]
const UNITS = 320

/**
 * The paper's shape: four 3x3 convolutions, each with ReLU and 2x2 max pooling, and a dense layer
 * before the one to the labels; no batch norm. At 128 px it has 2.9 million weights, 11.4 MB.
 *
 * @returns a network from pixels [batch, size, size, 3] (-1..1) to probabilities [batch, labelCount]
 */
export function createPaperCnn({
  size,
  labelCount,
  seed,
  widthFactor = 1,
}: NetworkOptions): tfl.LayersModel {
  const units = (count: number): number => Math.max(4, Math.round(count * widthFactor))
  // Every layer's first weights come from another seed, or equal layers would start alike.
  const initialise = (layer: number) => tfl.initializers.heNormal({ seed: seed * 1000 + layer })
  const input = tfl.input({ shape: [size, size, 3], name: 'pixels' })
  let x: tfl.SymbolicTensor = input
  for (const [i, filters] of FILTERS.entries()) {
    const convolution = tfl.layers.conv2d({
      name: `convolution${i + 1}`,
      filters: units(filters),
      kernelSize: 3,
      padding: 'same',
      activation: 'relu',
      kernelInitializer: initialise(i + 1),
    })
    const pooling = tfl.layers.maxPooling2d({ name: `pooling${i + 1}`, poolSize: 2 })
    x = pooling.apply(convolution.apply(x)) as tfl.SymbolicTensor
  }
  const flat = tfl.layers.flatten({ name: 'flat' }).apply(x)
  const features = tfl.layers
    .dense({
      name: FEATURES_LAYER,
      units: units(UNITS),
      activation: 'relu',
      kernelInitializer: initialise(FILTERS.length + 1),
    })
    .apply(flat)
  return toNetwork(input, features, { labelCount, seed, name: 'paper_cnn' })
}
