import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import '@tensorflow/tfjs-backend-cpu'
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { toOnnx } from '../../inference'
import type { WeightSpec } from '../../inference/manifest'
import type { LayersModel as Model } from '../../inference/model'
import { createWeightReader } from '../../inference/onnx/weights'
import { skipUnless } from '../helpers/optional'
import { createModel, toModel, toNetwork } from '../helpers/to-model'
import { CONVERTIBLE } from './onnx/convertible'
import { KERAS } from './onnx/keras'
import { HEIGHT, toSequential, WIDTH, withRandomWeights } from './onnx/networks'
import { createQuantisable } from './onnx/quantisable'
import { quantise } from './onnx/quantise'
import { DAMAGED, REFUSED } from './onnx/refused'

const BACKBONES = [
  ['mobilenet_v1_0.25_128', 128],
  ['mobilenet_v2_1.0_224', 224],
] as const

describe('toOnnx answers as TensorFlow.js does with', () => {
  before(() => tf.setBackend('cpu'))

  for (const [name, build] of CONVERTIBLE) {
    it(name, async () => {
      const network = build()
      await assertSame(await toModel(network), network, 1e-5)
      network.dispose()
    })
  }

  for (const quantisation of ['uint8', 'uint16', 'float16'] as const) {
    it(`${quantisation} weights`, async () => {
      const model = quantise(await toModel(createQuantisable()), quantisation)
      const network = await toNetwork(model)
      await assertSame(model, network, 1e-5)
      network.dispose()
    })
  }
})

describe('toOnnx answers as TensorFlow.js does with pretrained', () => {
  const folder = process.env['BACKBONES_DIR'] ?? ''

  before(async function () {
    skipUnless(this, folder === '' ? 'BACKBONES_DIR names no folder of backbones' : undefined)
    setWasmPaths(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep)
    setThreadsCount(1)
    await tf.setBackend('wasm')
  })

  after(() => tf.setBackend('cpu'))

  for (const [name, size] of BACKBONES) {
    it(name, async () => {
      const model = await readBackbone(join(folder, name), size)
      const network = await toNetwork(model)
      await assertSame(model, network, 1e-4)
      network.dispose()
    })
  }
})

describe('toOnnx reads, as Keras 2 writes it,', () => {
  before(() => tf.setBackend('cpu'))

  for (const [name, body, change] of KERAS) {
    it(name, async () => {
      const network = withRandomWeights(toSequential(body()))
      const model = await toModel(network)
      await assertSame({ ...model, topology: change(model.topology) }, network, 1e-5)
      network.dispose()
    })
  }
})

describe('toOnnx refuses', () => {
  for (const [name, build, message, code = 'MODEL_UNSUPPORTED'] of REFUSED) {
    it(name, async () => {
      const model = await toModel(build())
      assert.throws(() => toOnnx(model), { name: 'LoadError', code, message })
    })
  }

  for (const [name, damage, message] of DAMAGED) {
    it(name, async () => {
      const model = damage(await toModel(toSequential([])))
      assert.throws(() => toOnnx(model), { name: 'LoadError', code: 'MODEL_INVALID', message })
    })
  }
})

describe('toOnnx makes', () => {
  it('the same bytes of the same model', async () => {
    const model = await toModel(createQuantisable())
    assert.deepEqual(toOnnx(model), toOnnx(model))
  })

  it('a model that says what it takes and gives', async () => {
    const session = await InferenceSession.create(toOnnx(await toModel(toSequential([]))))
    const [taken, given] = [session.inputMetadata, session.outputMetadata]
    await session.release()
    const float = { isTensor: true, type: 'float32' }
    assert.deepEqual(taken, [{ ...float, name: 'pixels', shape: ['N', HEIGHT, WIDTH, 3] }])
    assert.deepEqual(given, [{ ...float, name: 'probabilities', shape: ['N', 5] }])
  })
})

describe('createWeightReader decodes as TensorFlow.js does', () => {
  const EVERY_UINT16 = Uint16Array.from({ length: 65_536 }, (_, index) => index)

  for (const quantization of [
    { dtype: 'uint8', scale: 0.0123, min: -1.7 },
    { dtype: 'uint16', scale: 0.0000123, min: -0.3 },
    { dtype: 'float16' },
  ] as const) {
    it(`every ${quantization.dtype}`, () => {
      const bytes = new Uint8Array(EVERY_UINT16.buffer)
      const size = quantization.dtype === 'uint8' ? bytes.length : EVERY_UINT16.length
      const spec = { name: 'all', shape: [size], dtype: 'float32' as const, quantization }
      // The byte before it makes its address odd.
      const odd = { name: 'odd', shape: [1], dtype: 'bool' as const }
      const weights = new Uint8Array(new SharedArrayBuffer(1 + bytes.length))
      weights.set(bytes, 1)
      const decoded = createWeightReader({ weightSpecs: [odd, spec], weights })('all')
      const entry = spec as tf.io.WeightsManifestEntry
      const { all } = tf.io.decodeWeights(bytes.slice().buffer, [entry])
      assert.deepEqual(decoded?.shape, all?.shape)
      // As lists, since NaN's sign would count in typed arrays.
      assert.deepEqual(Array.from(decoded?.values ?? []), Array.from(all?.dataSync() ?? []))
    })
  }
})

async function assertSame(model: Model, network: LayersModel, tolerance: number): Promise<void> {
  const session = await InferenceSession.create(toOnnx(model), { intraOpNumThreads: 1 })
  try {
    for (const batch of [1, 3]) {
      const dimensions = [batch, model.card.input.height, model.card.input.width, 3]
      const input = tf.randomUniform(dimensions, -1, 1, 'float32', batch)
      const output = network.predict(input) as tf.Tensor
      const pixels = new Tensor('float32', input.dataSync<'float32'>(), dimensions)
      const { probabilities } = await session.run({ pixels })
      assert.deepEqual(probabilities?.dims, output.shape)
      const actual = probabilities.data as Float32Array
      assertClose(actual, output.dataSync<'float32'>(), tolerance)
      tf.dispose([input, output])
    }
  } finally {
    await session.release()
  }
}

function assertClose(actual: Float32Array, expected: Float32Array, tolerance: number): void {
  assert.equal(actual.length, expected.length)
  const differences = actual.map((value, index) => Math.abs(value - (expected[index] ?? NaN)))
  const largest = differences.reduce((left, right) => (left >= right ? left : right))
  assert.ok(largest <= tolerance, `differs by up to ${String(largest)}`)
}

async function readBackbone(folder: string, size: number): Promise<Model> {
  const json = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')) as {
    readonly modelTopology: Model['topology']
    readonly weightsManifest: readonly { readonly weights: readonly WeightSpec[] }[]
  }
  return createModel({
    topology: json.modelTopology,
    weightSpecs: json.weightsManifest.flatMap(({ weights }) => weights),
    weights: await readFile(join(folder, 'weights.bin')),
    labels: 1001,
    height: size,
    width: size,
  })
}
