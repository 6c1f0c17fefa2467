import { layers, type LayersModel } from '@tensorflow/tfjs-layers'
import { toSequential, withRandomWeights } from './networks'

/** Three by three by three by three values of one byte leave the weights after them at odd addresses. */
export function createQuantisable(): LayersModel {
  const convolution = layers.conv2d({ filters: 3, kernelSize: 3, strides: 2 })
  return withRandomWeights(toSequential([convolution, layers.batchNormalization()]))
}
