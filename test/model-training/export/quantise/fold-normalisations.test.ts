import assert from 'node:assert/strict'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { layers, type LayersModel } from '@tensorflow/tfjs-layers'
import { foldNormalisations } from '../../../../model-training/export/quantise/fold-normalisations'
import {
  HEIGHT,
  toFunctional,
  toSequential,
  use,
  WIDTH,
  withRandomWeights,
} from '../../../inference/onnx/networks'
import { assertClose } from '../assert-close'
import { changeWeights } from '../change-weights'
import { randomPixels } from '../random-pixels'
import { runGraph } from '../run-graph'
import { countOperators, toGraph } from '../to-graph'

const { batchNormalization, conv2d, dense, depthwiseConv2d, flatten, maxPooling2d } = layers

const build = (...body: layers.Layer[]): LayersModel => withRandomWeights(toSequential(body))

const positive = (network: LayersModel): LayersModel => changeWeights(network, 'gamma', Math.abs)

const FOLDED: Readonly<Record<string, () => LayersModel>> = {
  'a convolution without bias': () =>
    build(conv2d({ filters: 4, kernelSize: 3, useBias: false }), batchNormalization()),
  'a convolution with bias': () =>
    build(conv2d({ filters: 4, kernelSize: 3, strides: 2 }), batchNormalization({ epsilon: 0.1 })),
  'a depthwise convolution': () =>
    build(depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }), batchNormalization()),
  'a separable convolution': () =>
    build(layers.separableConv2d({ filters: 5, kernelSize: 3 }), batchNormalization()),
  'a dense layer': () => build(flatten(), dense({ units: 6 }), batchNormalization()),
  'a dense layer of pixels': () => build(dense({ units: 6 }), batchNormalization()),
  'a convolution, and another batch norm': () =>
    build(conv2d({ filters: 4, kernelSize: 3 }), batchNormalization(), batchNormalization()),
  'a convolution and a max pooling, if it turns nothing round': () =>
    positive(build(conv2d({ filters: 4, kernelSize: 3 }), maxPooling2d({}), batchNormalization())),
}

const KEPT: Readonly<Record<string, () => LayersModel>> = {
  'a convolution and a max pooling, if it turns a channel round': () =>
    changeWeights(
      build(conv2d({ filters: 4, kernelSize: 3 }), maxPooling2d({}), batchNormalization()),
      'gamma',
      (value, i) => (i === 2 ? -Math.abs(value) : Math.abs(value)),
    ),
  'a convolution with activation': () =>
    build(conv2d({ filters: 4, kernelSize: 3, activation: 'relu' }), batchNormalization()),
  'a convolution that something else takes, too': () =>
    withRandomWeights(
      toFunctional((pixels) => {
        const convolved = use(conv2d({ filters: 4, kernelSize: 3 }), pixels)
        return use(layers.add(), [convolved, use(batchNormalization(), convolved)])
      }),
    ),
  'the pixels': () => build(batchNormalization()),
}

describe('foldNormalisations', () => {
  before(() => tf.setBackend('cpu'))

  for (const [name, network] of Object.entries(FOLDED)) {
    it(`makes a batch norm part of ${name}`, () => check(network(), { remain: 0 }))
  }

  for (const [name, network] of Object.entries(KEPT)) {
    it(`keeps a batch norm after ${name}`, () => check(network(), { remain: 1 }))
  }

  it('leaves weights alone that another layer shares', async () => {
    const network = withRandomWeights(
      toFunctional((pixels) => {
        const shared = conv2d({ filters: 3, kernelSize: 3, padding: 'same' })
        return use(shared, use(batchNormalization(), use(shared, pixels)))
      }),
    )
    await check(network, { remain: 0 })
  })
})

/** The answers are the same to 1e-5, and so many batch norms are left. */
async function check(network: LayersModel, { remain }: { remain: number }): Promise<void> {
  const graph = await toGraph(network)
  const folded = foldNormalisations(graph)
  assert.equal(countOperators(folded)['BatchNormalization'] ?? 0, remain)
  const pixels = randomPixels(2 * HEIGHT * WIDTH * 3)
  const expected = await runGraph(graph, pixels, 2)
  assertClose(await runGraph(folded, pixels, 2), expected, 1e-5)
  assert.ok(new Set(expected).size > 2, 'the network tells photos apart')
}
