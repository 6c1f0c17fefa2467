import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { layers, sequential } from '@tensorflow/tfjs-layers'
import { DEFAULT_LIMITS, ENGINES, loadEngine, loadModel, type EngineName } from '../../inference'
import type { PhotoOutcome } from '../../inference/classify'
import type { Engine } from '../../inference/engine'
import { LoadError } from '../../inference/errors'
import type { LayersModel, Model } from '../../inference/model'
import type { Prediction } from '../../inference/prediction'
import { startWorkerThread, type WorkerThread } from '../../inference/worker-thread'
import { goodPhotos } from '../fixtures/good-photos'
import { COMMITTED_MODELS } from '../helpers/committed-models'
import { writeGraphModel } from '../helpers/graph-model'
import { skipUnless } from '../helpers/optional'
import { addMobilenet } from '../helpers/mobilenet'
import { toModel } from '../helpers/to-model'
import { useTemporaryFolder } from '../helpers/use-temporary-folder'
import { useFragileWorker } from '../helpers/use-fragile-worker'
import { useTinyModel } from '../helpers/use-tiny-model'
import { HEIGHT, toSequential, WIDTH } from './onnx/networks'

/** What may differ between engines, which sum up in different orders. */
const TOLERANCE = 1e-4
const BATCHES = [1, 5]

describe('engines', () => {
  const tiny = useTinyModel()
  const workerFile = useFragileWorker()
  const models = useTemporaryFolder()
  let good: readonly Uint8Array[]
  before(async () => {
    good = (await goodPhotos()).map(({ bytes }) => bytes)
  })

  for (const { name, load, photosAtMost, engines = ENGINES } of [
    {
      name: 'a tiny model',
      load: () => Promise.resolve(tiny().model),
      photosAtMost: Infinity,
    },
    {
      name: 'a tiny model that gives logits',
      load: () => Promise.resolve(toLogits(tiny().model)),
      photosAtMost: Infinity,
    },
    {
      name: 'a tiny graph model',
      load: async () => {
        const folder = await writeGraphModel()
        try {
          return await loadModel(folder)
        } finally {
          await rm(folder, { recursive: true })
        }
      },
      photosAtMost: Infinity,
      engines: ['tensorflow', 'wasm'] as const,
    },
    ...COMMITTED_MODELS.map(({ name, folder, engines }) => ({
      name: `the committed ${name}`,
      load: () => loadModel(folder),
      photosAtMost: Infinity,
      engines,
    })),
    {
      name: 'MobileNetV2 with its 1,001 labels',
      load: async (context: Mocha.Context) => loadModel(await addMobilenet(context, models())),
      photosAtMost: 10,
    },
  ]) {
    describe(`on ${name}`, () => {
      /** Of the engines so far, by photo. */
      const predictions = new Map<EngineName, readonly Prediction[]>()
      let photos: readonly Uint8Array[]
      let model: Model

      before(async function () {
        photos = good.slice(0, photosAtMost)
        model = await load(this)
      })

      for (const engine of engines) {
        it(`give the same probabilities of every good photo, alone and in batches: ${engine}`, async function () {
          // A thread of its own, as TensorFlow.js has one backend a thread.
          const thread = await start(this, model, engine)
          try {
            assert.equal(thread.engine.name, engine)
            assert.match(thread.engine.version, /^\d+\.\d+\.\d+/)
            const [alone, together] = [
              await predictAll(thread, photos, 1),
              await predictAll(thread, photos, 5),
            ]
            assert.equal(Object.keys(alone[0]!.probabilities).length, model.card.labels.length)
            assertSame(together, alone, 1e-5)
            for (const other of predictions.values()) assertSame(alone, other, TOLERANCE)
            predictions.set(engine, alone)
          } finally {
            await thread.stop()
          }
        })
      }

      it('tell photos apart', () => {
        const [first = []] = predictions.values()
        assert.equal(first.length, photos.length)
        assert.ok(new Set(first.map(({ probability }) => probability)).size > photos.length / 2)
        for (const { label, probability, probabilities } of first) {
          assert.equal(probability, Math.max(...Object.values(probabilities)))
          assert.equal(probabilities[label], probability)
          const sum = Object.values(probabilities).reduce((total, value) => total + value, 0)
          assert.ok(Math.abs(sum - 1) < 1e-5)
        }
      })
    })
  }

  it('start as the first that is there where none is asked for', async function () {
    const thread = await start(this, tiny().model, 'auto')
    await thread.stop()
    assert.equal(thread.engine.name, 'onnx')
  })

  for (const [name, build] of [
    ['a layer', () => toSequential([layers.upSampling2d({ size: [2, 2] })])],
    [
      'models within the model',
      () => {
        const inner = [layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [HEIGHT, WIDTH, 3] })]
        return toSequential([sequential({ layers: inner })])
      },
    ],
  ] as const) {
    it(`start as the first that knows ${name}, where onnx does not`, async function () {
      await tf.setBackend('cpu')
      const network = build()
      const thread = await start(this, await toModel(network), 'auto')
      try {
        assert.match(thread.engine.name, /^(tensorflow|wasm)$/)
        const [first] = await predictAll(thread, good.slice(0, 1), 1)
        assert.equal(Object.keys(first!.probabilities).length, 5)
      } finally {
        await thread.stop()
        network.dispose()
      }
    })
  }

  async function start(
    context: Mocha.Context,
    model: Model,
    engine: EngineName | 'auto',
  ): Promise<WorkerThread> {
    const options = {
      models: [model],
      engine,
      decoder: 'sharp',
      limits: DEFAULT_LIMITS,
      maxBatch: 5,
    } as const
    try {
      return await startWorkerThread({ ...options, workerFile: workerFile() })
    } catch (error) {
      // The one engine that needs to be built.
      if (engine !== 'tensorflow' || !(error instanceof LoadError)) throw error
      skipUnless(context, error.message)
      throw error
    }
  }

  async function predictAll(
    thread: WorkerThread,
    photos: readonly Uint8Array[],
    batch: number,
  ): Promise<Prediction[]> {
    const outcomes: PhotoOutcome[] = []
    for (let at = 0; at < photos.length; at += batch) {
      const some = photos.slice(at, at + batch)
      // Of every label, however many there are.
      const tops = some.map(() => 9999)
      outcomes.push(...(await thread.run({ model: 0, photos: some, tops })))
    }
    return outcomes.map((outcome) =>
      outcome.state === 'completed' ? outcome.prediction : assert.fail(outcome.reason),
    )
  }
})

describe('loadEngine', () => {
  const tiny = useTinyModel()

  it("makes the same probabilities of logits as the network's own softmax", async () => {
    const { model } = tiny()
    const { width, height } = model.card.input
    const pixels = Float32Array.from({ length: 2 * width * height * 3 }, (_, at) => Math.sin(at))
    const rows = await Promise.all(
      [model, toLogits(model)].map(async (one) => {
        const engine = await loadEngine(one, 'onnx')
        const probabilities = await engine.predict(pixels, 2)
        await engine.close()
        return [...probabilities]
      }),
    )
    const [own, ours] = rows
    for (const [at, value] of own!.entries()) assert.ok(Math.abs(value - ours![at]!) < 1e-6)
  })

  let backend: string | undefined
  before(() => {
    backend = tf.getBackend()
  })
  // TensorFlow.js' backend is one for all tests of this thread.
  after(() => backend && tf.setBackend(backend))

  for (const name of ['onnx', 'wasm'] as const) {
    describe(name, () => {
      let engine: Engine
      before(async () => {
        engine = await loadEngine(tiny().model, name)
      })
      after(() => engine.close())

      it('gives a row of probabilities for each photo of a batch', async () => {
        const { width, height } = tiny().model.card.input
        const values = width * height * 3
        for (const batch of BATCHES) {
          const pixels = Float32Array.from({ length: batch * values }, (_, at) =>
            Math.sin(Math.floor(at / values) + at),
          )
          const probabilities = await engine.predict(pixels, batch)
          assert.equal(probabilities.length, batch * 5)
          for (let row = 0; row < batch; row += 1) {
            const alone = await engine.predict(pixels.slice(row * values, (row + 1) * values), 1)
            for (const [label, value] of alone.entries()) {
              assert.ok(Math.abs(value - probabilities[row * 5 + label]!) < 1e-5)
            }
          }
        }
      })

      it('leaves the pixels as they are', async () => {
        const { width, height } = tiny().model.card.input
        const pixels = new Float32Array(width * height * 3).fill(0.5)
        await engine.predict(pixels, 1)
        assert.equal(pixels.length, width * height * 3)
        assert.ok(pixels.every((value) => value === 0.5))
      })
    })
  }

  it('keeps no tensors of a prediction, and none at all once it is closed', async () => {
    const { width, height } = tiny().model.card.input
    const other = await loadEngine(tiny().model, 'wasm')
    const before = tf.memory().numTensors
    const engine = await loadEngine(tiny().model, 'wasm')
    const loaded = tf.memory().numTensors
    assert.ok(loaded > before)
    for (const batch of BATCHES) {
      await engine.predict(new Float32Array(batch * width * height * 3), batch)
    }
    assert.equal(tf.memory().numTensors, loaded)
    await engine.close()
    assert.equal(tf.memory().numTensors, before)
    await other.close()
  })

  it('says why the engine asked for cannot run the model', async () => {
    await assert.rejects(loadEngine(withLayer('Unheard'), 'wasm'), {
      name: 'LoadError',
      code: 'ENGINE_UNAVAILABLE',
      message: /^no engine could be loaded \(wasm: Unknown layer: Unheard.*\)$/,
    })
  })

  for (const [name, change, message] of [
    [
      'of another size',
      (model: LayersModel) => withCard(model, { input: { ...model.card.input, width: 9 } }),
      /takes \[(any, )?24, 32, 3\], its card says \[(any, )?24, 9, 3\]/,
    ],
    [
      'of other labels',
      (model: LayersModel) => withCard(model, { labels: ['one', 'other'] }),
      /gives \[(any, )?5\].* for 2 labels/,
    ],
  ] as const) {
    it(`says on each engine what is expected and found of a card ${name}`, async () => {
      for (const engine of ['onnx', 'wasm'] as const) {
        await assert.rejects(loadEngine(change(tiny().model), engine), {
          name: 'LoadError',
          code: 'MODEL_INVALID',
          message,
        })
      }
    })
  }

  it('does not try another engine where the model itself is at fault', async () => {
    const model = withCard(tiny().model, { labels: ['one', 'other'] })
    for (const choice of ['onnx', 'auto'] as const) {
      await assert.rejects(loadEngine(model, choice), { name: 'LoadError', code: 'MODEL_INVALID' })
    }
  })

  it('predicts the photos of a model for one at a time, one after the other', async () => {
    const { model } = tiny()
    const text = JSON.stringify(model.topology).replace('[null,24,32,3]', '[1,24,32,3]')
    const topology = JSON.parse(text) as LayersModel['topology']
    assert.notDeepEqual(topology, model.topology)
    const pixels = Float32Array.from({ length: 3 * 24 * 32 * 3 }, (_, at) => Math.sin(at))
    for (const name of ['onnx', 'wasm'] as const) {
      const [ours, expected] = await Promise.all(
        [{ ...model, topology }, model].map(async (one) => {
          const engine = await loadEngine(one, name)
          const probabilities = await engine.predict(pixels, 3)
          await engine.close()
          return [...probabilities]
        }),
      )
      assert.equal(ours!.length, 15)
      for (const [at, value] of ours!.entries()) {
        assert.ok(Math.abs(value - expected![at]!) < 1e-5, name)
      }
    }
  })

  function withLayer(className: string): Model {
    const { model } = tiny()
    const text = JSON.stringify(model.topology).replace('Flatten', className)
    return { ...model, topology: JSON.parse(text) as LayersModel['topology'] }
  }
})

const withCard = (model: LayersModel, changes: Partial<LayersModel['card']>): LayersModel => ({
  ...model,
  card: { ...model.card, ...changes },
})

/** The network without its softmax. */
function toLogits(model: LayersModel): LayersModel {
  const text = JSON.stringify(model.topology).replace('"softmax"', '"linear"')
  const topology = JSON.parse(text) as LayersModel['topology']
  return { ...model, topology, card: { ...model.card, output: 'logits' } }
}

function assertSame(
  actual: readonly Prediction[],
  expected: readonly Prediction[],
  tolerance: number,
): void {
  assert.equal(actual.length, expected.length)
  for (const [at, { probabilities }] of actual.entries()) {
    for (const [label, probability] of Object.entries(probabilities)) {
      const difference = Math.abs(probability - (expected[at]?.probabilities[label] ?? NaN))
      assert.ok(difference <= tolerance, `photo ${String(at)} differs by ${String(difference)}`)
    }
  }
}
