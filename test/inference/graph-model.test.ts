import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import * as tf from '@tensorflow/tfjs-core'
import { createInference, inspectModel, loadEngine, loadModel, toOnnx } from '../../inference'
import type { Model } from '../../inference'
import { readGraphSignature } from '../../inference/graph-signature'
import { goodPhotos } from '../fixtures/good-photos'
import { writeGraphModel } from '../helpers/graph-model'
import { createOnnx, writeOnnxModel } from '../helpers/onnx-model'
import { useFragileWorker } from '../helpers/use-fragile-worker'
import { useTinyModel } from '../helpers/use-tiny-model'

describe('a graph model', () => {
  const tiny = useTinyModel()
  const workerFile = useFragileWorker()
  const folders: string[] = []
  afterEach(() => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true }))))

  let backend: string | undefined
  before(() => {
    backend = tf.getBackend()
  })
  // TensorFlow.js' backend is one for all tests of this thread.
  after(() => backend && tf.setBackend(backend))

  async function write(changes?: Parameters<typeof writeGraphModel>[0]): Promise<string> {
    const folder = await writeGraphModel(changes)
    folders.push(folder)
    return folder
  }

  const load = async (changes?: Parameters<typeof writeGraphModel>[0]): Promise<Model> =>
    loadModel(await write(changes))

  /** Probabilities of three photos that are none, [3, 5]. */
  async function predict(model: Model): Promise<Float32Array> {
    const { width, height } = model.card.input
    const pixels = Float32Array.from({ length: 3 * width * height * 3 }, (_, at) => Math.sin(at))
    const engine = await loadEngine(model, 'wasm')
    try {
      return await engine.predict(pixels, 3)
    } finally {
      await engine.close()
    }
  }

  for (const [name, changes] of [
    ['for any number of photos', {}],
    ['for one photo at a time', { batch: 1 }],
    ['that gives its output by name', { structured: true }],
    ['whose signature is where older converters wrote it', { signature: 'old' }],
    ['without a signature', { signature: 'none' }],
  ] as const) {
    it(`${name} gives the probabilities of the layers model with the same weights`, async () => {
      const model = await load(changes)
      assert.equal(model.format, 'graph-model')
      const [graph, layers] = [await predict(model), await predict(tiny().model)]
      assert.equal(graph.length, 15)
      for (const [at, value] of graph.entries()) {
        assert.ok(Math.abs(value - layers[at]!) < 1e-5, `${value}, ${layers[at]!}`)
      }
    })
  }

  it('keeps no tensors of a prediction, and none at all once it is closed', async () => {
    const model = await load()
    await predict(model)
    const before = tf.memory().numTensors
    await predict(model)
    assert.equal(tf.memory().numTensors, before)
  })

  it('is served beside a layers model by the first engine that runs both', async () => {
    const folder = await write()
    const inference = await createInference({
      ...{ modelFolders: [tiny().folder, folder], workerFile: workerFile(), workers: 1 },
      decoder: 'sharp',
    })
    try {
      assert.match(inference.engine.name, /^(tensorflow|wasm)$/)
      const [photo] = await goodPhotos()
      const answers = await Promise.all(
        ['tiny', 'graph'].map(async (model) => {
          const answer = await inference.respond({
            ...{ method: 'POST', path: '/classify', query: { model } },
            ...{ headers: { 'content-type': 'image/jpeg' }, body: photo!.bytes },
          })
          assert.equal(answer.status, 200, answer.body)
          return JSON.parse(answer.body) as { label: string; probability: number }
        }),
      )
      const [layers, graph] = answers
      assert.equal(graph!.label, layers!.label)
      assert.ok(Math.abs(graph!.probability - layers!.probability) < 1e-4)
    } finally {
      await inference.close()
    }
  })

  it('is refused beside an ONNX file, saying which engine runs which', async () => {
    const [graph, onnx] = [await write(), await writeOnnxModel(createOnnx())]
    folders.push(onnx)
    const options = { modelFolders: [graph, onnx] as const, workerFile: workerFile(), workers: 1 }
    await assert.rejects(createInference(options), {
      code: 'ENGINE_UNAVAILABLE',
      message:
        /onnx: model graph is a graph model, which only .* run; tensorflow: .*wasm: model \w+ is an ONNX file/,
    })
  })

  it('is refused by onnx, saying which engines run it', async () => {
    await assert.rejects(loadEngine(await load(), 'onnx'), {
      code: 'ENGINE_UNAVAILABLE',
      message: /model graph is a graph model, which only the engines tensorflow and wasm run/,
    })
    const model = await load()
    assert.throws(() => toOnnx(model), /a graph model; only layers models can be converted to ONNX/)
  })

  for (const [name, changes, code, message] of [
    [
      'whose operation the engine lacks',
      { last: 'Unheard' },
      'ENGINE_UNAVAILABLE',
      /wasm: .*Unheard/i,
    ],
    [
      'that takes whole numbers',
      { type: 'DT_INT32' },
      'MODEL_INVALID',
      /takes values of type int32; supported is float32/,
    ],
    ['for two photos at a time', { batch: 2 }, 'MODEL_INVALID', /takes 2 photos at a time/],
  ] as const) {
    it(`${name} is refused with what is wrong`, async () => {
      await assert.rejects(loadEngine(await load(changes), 'wasm'), { code, message })
    })
  }

  it('of another size than its card says is refused with both', async () => {
    const model = await load()
    const card = { ...model.card, input: { ...model.card.input, width: 9 } }
    await assert.rejects(loadEngine({ ...model, card }, 'wasm'), {
      code: 'MODEL_INVALID',
      message: /takes \[any, 24, 32, 3\], its card says \[any, 24, 9, 3\]/,
    })
  })

  for (const signature of ['new', 'old', 'none'] as const) {
    it(`tells its size, and with a signature its labels, without running (${signature})`, async () => {
      const model = await load({ signature })
      assert.ok(model.format === 'graph-model')
      const { width, height, layout, outputs, parameters } = inspectModel(model)
      assert.deepEqual([width, height, layout], [32, 24, 'nhwc'])
      assert.equal(outputs, signature === 'none' ? undefined : 5)
      const { weightSpecs } = tiny().model
      const own = weightSpecs.reduce(
        (sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1),
        0,
      )
      // And the two that its reshape takes.
      assert.equal(parameters, own + 2)
    })
  }
})

describe('readGraphSignature', () => {
  const photo = { tensorShape: { dim: [{ size: '-1' }, { size: 8 }, {}, { size: '3' }] } }
  const modelTopology = { node: [{ op: 'Placeholder' }, { op: 'Conv2D' }] }

  it('takes sizes as text, as numbers, and left out', () => {
    const signature = { inputs: { photo }, outputs: {} }
    assert.deepEqual(readGraphSignature({ modelTopology, signature }).input, [null, 8, null, 3])
  })

  it('knows nothing of a shape that is of unknown rank, or not told', () => {
    const outputs = { labels: { tensorShape: { unknownRank: true } } }
    const { input, output } = readGraphSignature({
      modelTopology,
      signature: { inputs: { photo: {} }, outputs },
    })
    assert.deepEqual([input, output], [undefined, undefined])
    assert.equal(readGraphSignature({ modelTopology }).input, undefined)
  })

  it('takes what an input node says where no input is signed', () => {
    const shape = { shape: { dim: [{ size: '-1' }, { size: '8' }, { size: '8' }, { size: '3' }] } }
    const node = [{ op: 'PlaceholderWithDefault', attr: { shape } }]
    for (const signature of [undefined, {}, { inputs: {} }]) {
      const { input } = readGraphSignature({
        modelTopology: { node },
        ...(signature && { signature }),
      })
      assert.deepEqual(input, [null, 8, 8, 3])
    }
  })

  it('believes the older place where there are two signatures, as TensorFlow.js does', () => {
    const other = { tensorShape: { dim: [{ size: 1 }, { size: 2 }, { size: 2 }, { size: 3 }] } }
    const { input } = readGraphSignature({
      modelTopology,
      signature: { inputs: { photo }, outputs: {} },
      userDefinedMetadata: { signature: { inputs: { photo: other }, outputs: {} } },
    })
    assert.deepEqual(input, [1, 2, 2, 3])
  })

  it('chooses none of several outputs', () => {
    const outputs = { one: photo, other: photo }
    const signature = { inputs: { photo }, outputs }
    assert.equal(readGraphSignature({ modelTopology, signature }).output, undefined)
  })

  for (const [name, graph, message] of [
    ['of two inputs', { signature: { inputs: { a: {}, b: {} }, outputs: {} } }, /has 2 inputs/],
    ['of no input', { modelTopology: { node: [] } }, /has 0 inputs/],
    ['whose nodes are none', { modelTopology: { node: 1 } }, /graph model is not as expected:\n.*/],
  ] as const) {
    it(`refuses a graph ${name}`, () => {
      assert.throws(() => readGraphSignature({ modelTopology, ...graph }), {
        code: 'MODEL_INVALID',
        message,
      })
    })
  }
})
