import { input, layers, model, type LayersModel } from '@tensorflow/tfjs-layers'
import type { SymbolicTensor } from '@tensorflow/tfjs-layers'
import { use, withRandomWeights } from '../../../inference/onnx/networks'
import { createPhotoNet } from '../../../../model-training/networks/photo-net'
import { changeWeights } from '../change-weights'

/** Width and height of the networks' input. */
export const SIZE = 32

type Connect = (pixels: SymbolicTensor) => SymbolicTensor

const { add, batchNormalization, conv2d, dense, depthwiseConv2d, globalAveragePooling2d } = layers
const { maxPooling2d, reLU } = layers

const chain = (pixels: SymbolicTensor, ...body: layers.Layer[]): SymbolicTensor =>
  body.reduce((value, layer) => use(layer, value), pixels)

const convolve = (filters: number, kernelSize = 3, strides = 1) => [
  conv2d({ filters, kernelSize, strides, padding: 'same', useBias: false }),
  batchNormalization(),
]

/** Max poolings, one before the batch norm, and a hidden dense layer. */
const plain: Connect = (pixels) =>
  chain(
    pixels,
    ...[conv2d({ filters: 8, kernelSize: 3, useBias: false }), maxPooling2d({})],
    ...[batchNormalization(), reLU()],
    conv2d({ filters: 8, kernelSize: 3, activation: 'relu' }),
    maxPooling2d({}),
    layers.flatten(),
    dense({ units: 24, activation: 'relu' }),
  )

/** Inverted residuals, whose narrow ends have no activation. */
const inverted: Connect = (pixels) => {
  const stem = chain(pixels, ...convolve(8, 3, 2), reLU({ maxValue: 6 }))
  const inner = chain(
    stem,
    ...[...convolve(24, 1), reLU({ maxValue: 6 })],
    ...[depthwiseConv2d({ kernelSize: 3, padding: 'same', useBias: false }), batchNormalization()],
    ...[reLU({ maxValue: 6 }), ...convolve(8, 1)],
  )
  const sum = use(add(), [stem, inner])
  return chain(sum, ...convolve(32, 1), reLU(), globalAveragePooling2d({}))
}

/** Operators that ONNX Runtime has in float32 only among those that it has in 8 bits. */
const mixed: Connect = (pixels) => {
  const swish = () => layers.activation({ activation: 'swish' })
  const stem = chain(pixels, ...convolve(8, 3, 2), swish())
  const wide = use(layers.concatenate(), [
    chain(stem, ...convolve(8), reLU()),
    chain(stem, ...convolve(8, 1), reLU()),
  ])
  const squeezed = chain(
    wide,
    globalAveragePooling2d({}),
    layers.reshape({ targetShape: [1, 1, 16] }),
    conv2d({ filters: 16, kernelSize: 1, activation: 'sigmoid' }),
  )
  const excited = use(layers.multiply(), [wide, squeezed])
  return chain(
    excited,
    layers.averagePooling2d({}),
    conv2d({ filters: 16, kernelSize: 3 }),
    layers.leakyReLU(),
    globalAveragePooling2d({}),
  )
}

/** A dense layer with softmax behind what is given. */
function toNetwork(connect: Connect): LayersModel {
  const inputs = input({ shape: [SIZE, SIZE, 3] })
  return model({
    inputs,
    outputs: use(dense({ units: 5, activation: 'softmax' }), connect(inputs)),
  })
}

/** Random weights that leave values alive and probabilities undecided. */
function withLivelyWeights(network: LayersModel): LayersModel {
  changeWeights(withRandomWeights(network), 'gamma', (value) => 0.5 + Math.abs(value))
  return changeWeights(network, 'logits/kernel', (value) => value / 10)
}

/** Networks with random weights, of the kinds that are worth 8 bits. */
export const NETWORKS: Readonly<Record<string, () => LayersModel>> = {
  'photo-net, half as wide': () =>
    withLivelyWeights(createPhotoNet({ size: SIZE, labelCount: 5, seed: 1, widthFactor: 0.5 })),
  'a plain network': () => withLivelyWeights(toNetwork(plain)),
  'inverted residuals': () => withLivelyWeights(toNetwork(inverted)),
  'a network of many operators': () => withLivelyWeights(toNetwork(mixed)),
}
