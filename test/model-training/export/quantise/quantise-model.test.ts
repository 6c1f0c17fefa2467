import assert from 'node:assert/strict'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { layers } from '@tensorflow/tfjs-layers'
import { encodeOnnx, type OnnxGraph } from '../../../../inference/index'
import { toPixelBatches } from '../../../../model-training/export/pixel-batches'
import { predictByEngine } from '../../../../model-training/export/predict-by-engine'
import { toOnnxModel } from '../../../../model-training/export/to-onnx-model'
import { toDivergence } from '../../../../model-training/export/quantise/divergence'
import { quantiseModel } from '../../../../model-training/export/quantise/quantise-model'
import { createRandom } from '../../../../model-training/random'
import { checkOnnx, whyNoOnnxChecker } from '../../../helpers/onnx-checker'
import { skipUnless } from '../../../helpers/optional'
import { toSequential } from '../../../inference/onnx/networks'
import { renderSolid } from '../../solid-photos'
import { changeWeights } from '../change-weights'
import { readOptimisedOperators } from '../read-operators'
import { toGraph } from '../to-graph'
import { NETWORKS, SIZE } from './networks'

const INPUT = { width: SIZE, height: SIZE, scale: 1 / 127.5, offset: -1 }
const CARD = {
  ...{ name: 'test', labels: ['a', 'b', 'c', 'd', 'e'], input: INPUT },
  ...{ files: {}, sha256: '0'.repeat(64) },
}

const OPTIONS = {
  card: CARD,
  calibration: toBatches(20, 1),
  validation: toBatches(15, 2),
  weightBits: 7,
} as const

/** Photos of five colours. */
function toBatches(photos: number, seed: number) {
  const random = createRandom(seed)
  const rgb = Array.from({ length: photos }, (_, i) => renderSolid(i % 5, SIZE, random))
  return toPixelBatches(rgb, INPUT)
}

/** What ONNX Runtime computes in integers, layers that it leaves in float32, and where it goes over to integers. */
const OPERATORS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'photo-net, half as wide': {
    ...{ QLinearConv: 9, QLinearAdd: 4, QLinearGlobalAveragePool: 1 },
    ...{ Conv: 1, Gemm: 1, QuantizeLinear: 1 },
  },
  'a plain network': { QLinearConv: 2, NhwcMaxPool: 2, QGemm: 1, Gemm: 1, QuantizeLinear: 1 },
  'inverted residuals': {
    ...{ QLinearConv: 4, QLinearAdd: 1, QLinearGlobalAveragePool: 1 },
    ...{ Conv: 1, Gemm: 1, QuantizeLinear: 1 },
  },
  'a network of many operators': {
    ...{ QLinearConv: 4, QLinearConcat: 1, QLinearGlobalAveragePool: 1 },
    ...{ Conv: 1, Gemm: 1, GlobalAveragePool: 1, QuantizeLinear: 2 },
  },
}

/** What is counted, beside what moves and converts values. */
const COUNTED =
  /Conv$|^QuantizeLinear$|Gemm$|Add$|Concat$|MaxPool$|GlobalAveragePool$|^BatchNormalization$|^Relu$/

const predict = (graph: OnnxGraph) =>
  predictByEngine(toOnnxModel(graph, CARD), 'onnx', OPTIONS.validation)

const quantise = async (name: string) => quantiseModel(await toGraph(NETWORKS[name]!()), OPTIONS)

describe('quantiseModel', () => {
  before(() => tf.setBackend('cpu'))

  for (const name of Object.keys(NETWORKS)) {
    it(`answers nearly as the float32 graph does: ${name}`, async () => {
      const float32 = await toGraph(NETWORKS[name]!())
      const { divergences, ranges, graph } = await quantiseModel(float32, OPTIONS)
      assert.equal(divergences[ranges], Math.min(...Object.values(divergences)))
      const expected = await predict(float32)
      const actual = await predict(graph)
      assert.equal(toDivergence(expected, actual), divergences[ranges])
      assert.ok(divergences[ranges] < 0.1 * toSpread(expected))
    })

    it(`is computed by ONNX Runtime in integers: ${name}`, async () => {
      const operators = await readOptimisedOperators(encodeOnnx((await quantise(name)).graph))
      const counted = Object.entries(operators).filter(([operator]) => COUNTED.test(operator))
      assert.deepEqual(Object.fromEntries(counted), OPERATORS[name])
    })
  }

  it('leaves no weights behind in float32 that are kept in 8 bits', async () => {
    const { graph } = await quantise('photo-net, half as wide')
    const floats = graph.constants.filter(({ values }) => values instanceof Float32Array)
    const weights = floats.filter(({ dimensions }) => dimensions.length > 1)
    assert.deepEqual(weights.map(({ dimensions }) => dimensions.join(' x ')).sort(), [
      '256 x 5',
      '8 x 3 x 3 x 3',
    ])
  })

  it('is nearer to the float32 graph with one bit more', async () => {
    const graph = await toGraph(NETWORKS['inverted residuals']!())
    const seven = await quantiseModel(graph, OPTIONS)
    const eight = await quantiseModel(graph, { ...OPTIONS, weightBits: 8 })
    assert.ok(eight.divergences[eight.ranges] < seven.divergences[seven.ranges])
  })

  it('gives the same bytes of the same model and photos', async () => {
    const [name = ''] = Object.keys(NETWORKS)
    const [first, second] = [await quantise(name), await quantise(name)]
    assert.deepEqual(encodeOnnx(first.graph), encodeOnnx(second.graph))
  })

  it('takes filters that are nothing but zeros, and values that are always 0', async () => {
    const network = NETWORKS['a plain network']!()
    // Of the second convolution nothing is left, of the hidden layer its bias.
    changeWeights(network, 'conv2d', (value, i) => (i % 3 === 0 ? 0 : value))
    const [, second] = network.layers.filter((layer) => layer.getClassName() === 'Conv2D')
    changeWeights(network, second!.name, () => 0)
    const { divergences, ranges } = await quantiseModel(await toGraph(network), OPTIONS)
    assert.ok(divergences[ranges] < 1e-4)
  })

  it("makes models that Python's onnx.checker accepts", async function () {
    skipUnless(this, await whyNoOnnxChecker())
    const models = new Map<string, Uint8Array>()
    for (const name of Object.keys(NETWORKS)) {
      models.set(name, encodeOnnx((await quantise(name)).graph))
    }
    assert.deepEqual(await checkOnnx(models), {})
  })

  it('refuses a network of which there is nothing to gain', async () => {
    const network = toSequential([layers.conv2d({ filters: 3, kernelSize: 3 })])
    await assert.rejects(async () => quantiseModel(await toGraph(network), OPTIONS), {
      name: 'QuantisationError',
      message: /^there is nothing to compute in 8 bits: /,
    })
  })

  it('refuses weights and values that are no finite numbers', async () => {
    const network = () => NETWORKS['a plain network']!()
    const broken = changeWeights(network(), 'dense', (value, i) => (i === 3 ? NaN : value))
    await assert.rejects(async () => quantiseModel(await toGraph(broken), OPTIONS), {
      name: 'QuantisationError',
      message: /^the value NaN occurs in .*dense/,
    })
    const huge = changeWeights(network(), 'conv2d', (value) => value * 1e30)
    await assert.rejects(async () => quantiseModel(await toGraph(huge), OPTIONS), {
      name: 'QuantisationError',
      message: /^the value (NaN|-?Infinity) occurs in /,
    })
  })
})

/** How far a guess that is the same for each photo is from the probabilities, in nats. */
function toSpread(probabilities: readonly Float32Array[]): number {
  const mean = Float32Array.from(
    probabilities[0]!,
    (_, label) => probabilities.reduce((sum, row) => sum + row[label]!, 0) / probabilities.length,
  )
  return toDivergence(
    probabilities,
    probabilities.map(() => mean),
  )
}
