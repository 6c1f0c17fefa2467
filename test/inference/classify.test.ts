import assert from 'node:assert/strict'
import {
  DEFAULT_LIMITS,
  decode,
  loadDecoder,
  loadEngine,
  LoadError,
  normalise,
} from '../../inference'
import { createClassifier, warmUp, type ClassifyBatch } from '../../inference/classify'
import type { Decoder } from '../../inference/decoder'
import type { Engine } from '../../inference/engine'
import { badPhotos, type BadPhoto } from '../fixtures/bad-photos'
import { goodPhotos, type FixturePhoto } from '../fixtures/good-photos'
import { useTinyModel } from '../helpers/use-tiny-model'

describe('createClassifier', () => {
  const tiny = useTinyModel()
  let good: readonly FixturePhoto[]
  let bad: readonly BadPhoto[]
  let decoder: Decoder
  let engine: Engine
  let classify: ClassifyBatch

  before(async () => {
    good = (await goodPhotos()).slice(0, 5)
    bad = (await badPhotos()).slice(0, 3)
    decoder = await loadDecoder('sharp')
    engine = await loadEngine(tiny().model, 'onnx')
    classify = createClassifier({ model: tiny().model, engine, decoder, limits: DEFAULT_LIMITS })
  })
  after(() => engine.close())

  /** What the engine says of the photo's pixels, with nothing of the classifier in between. */
  async function probabilitiesOf(photo: Uint8Array): Promise<number[]> {
    const { input } = tiny().model.card
    const { width, height } = input
    const rgb = await decode(photo, { decoder, width, height })
    const pixels = new Float32Array(rgb.length)
    normalise(rgb, input, pixels, 0)
    return [...(await engine.predict(pixels, 1))]
  }

  it('gives each photo of a batch its own prediction', async () => {
    const outcomes = await classify(good.map(({ bytes }) => bytes))
    assert.equal(outcomes.length, good.length)
    for (const [at, outcome] of outcomes.entries()) {
      assert.ok(outcome.state === 'completed')
      const { label, probability, probabilities } = outcome.prediction
      assert.deepEqual(Object.keys(probabilities), tiny().model.card.labels)
      assertClose(Object.values(probabilities), await probabilitiesOf(good[at]!.bytes))
      assert.equal(probability, Math.max(...Object.values(probabilities)))
      assert.equal(probabilities[label], probability)
    }
  })

  it('keeps bad photos from harming the batch they came with', async () => {
    const mixed = [bad[0]!, good[0]!, bad[1]!, good[1]!, good[2]!, bad[2]!]
    const outcomes = await classify(mixed.map(({ bytes }) => bytes))
    for (const [at, photo] of mixed.entries()) {
      const outcome = outcomes[at]
      if ('code' in photo) {
        assert.ok(outcome?.state === 'failed')
        assert.equal(outcome.code, photo.code)
        assert.ok(outcome.reason.length > 0)
      } else {
        assert.ok(outcome?.state === 'completed')
        const probabilities = Object.values(outcome.prediction.probabilities)
        assertClose(probabilities, await probabilitiesOf(photo.bytes))
      }
    }
  })

  it('tells as many labels of each photo as are asked for', async () => {
    const photos = [good[0]!, bad[0]!, good[1]!, good[2]!].map(({ bytes }) => bytes)
    const outcomes = await classify(photos, [2, 1, undefined, 9])
    const counts = outcomes.map((outcome) =>
      outcome.state === 'completed' ? Object.keys(outcome.prediction.probabilities).length : 0,
    )
    assert.deepEqual(counts, [2, 0, 5, 5])
  })

  it('answers a batch of nothing but bad photos without the engine', async () => {
    const withoutEngine = createClassifier({
      model: tiny().model,
      engine: failing(engine),
      decoder,
      limits: DEFAULT_LIMITS,
    })
    const outcomes = await withoutEngine(bad.map(({ bytes }) => bytes))
    assert.deepEqual(
      outcomes.map((outcome) => (outcome.state === 'failed' ? outcome.code : outcome.state)),
      bad.map(({ code }) => code),
    )
    assert.deepEqual(await withoutEngine([]), [])
  })

  it('tells how long decoding took of each photo, and predicting of the whole batch', async () => {
    const startedAt = performance.now()
    const outcomes = await classify(good.map(({ bytes }) => bytes))
    const totalMs = performance.now() - startedAt
    const times = outcomes.flatMap((outcome) => (outcome.state === 'completed' ? [outcome] : []))
    assert.equal(times.length, good.length)
    assert.equal(new Set(times.map(({ predictMs }) => predictMs)).size, 1)
    for (const { decodeMs, predictMs } of times) {
      assert.ok(decodeMs > 0 && predictMs > 0 && decodeMs + predictMs <= totalMs)
    }
  })

  it('keeps to the limits it is given', async () => {
    const limits = { ...DEFAULT_LIMITS, maxBytes: 10 }
    const strict = createClassifier({ model: tiny().model, engine, decoder, limits })
    const [outcome] = await strict([good[0]!.bytes])
    assert.ok(outcome?.state === 'failed' && outcome.code === 'PHOTO_TOO_LARGE')
  })

  it('rejects where the engine fails, as that is a bug', async () => {
    const broken = createClassifier({
      model: tiny().model,
      engine: failing(engine),
      decoder,
      limits: DEFAULT_LIMITS,
    })
    await assert.rejects(broken([good[0]!.bytes]), /no engine/)
  })
})

describe('warmUp', () => {
  const tiny = useTinyModel()

  for (const [maxBatch, batches] of [
    [8, [1, 8]],
    [1, [1]],
  ] as const) {
    it(`runs the engine at the batch sizes ${String(batches)}`, async () => {
      const calls: (readonly [values: number, batch: number])[] = []
      const engine: Engine = {
        name: 'onnx',
        version: '0.0.0',
        predict(pixels, batch) {
          calls.push([pixels.length, batch])
          return Promise.resolve(new Float32Array(5 * batch).fill(0.2))
        },
        close: () => Promise.resolve(),
      }
      await warmUp(tiny().model, engine, maxBatch)
      const { width, height } = tiny().model.card.input
      assert.deepEqual(
        calls,
        batches.map((batch) => [width * height * 3 * batch, batch]),
      )
    })
  }

  const answering = (predict: Engine['predict']): Engine => ({
    name: 'onnx',
    version: '0.0.0',
    predict,
    close: () => Promise.resolve(),
  })

  for (const [name, row, found] of [
    ['too few values', [0.5, 0.5], 'gives 2 values a photo, for 5 labels'],
    ['too many values', Array<number>(7).fill(1 / 7), 'gives 7 values a photo, for 5 labels'],
    ['values that sum up to more', [1, 0.5, 0, 0, 0], 'gives values from 0 to 1 with the sum 1.5'],
    ['a negative value', [-0.5, 1, 0.5, 0, 0], 'gives values from -0.5 to 1 with the sum 1'],
    ['no numbers', [NaN, 0.5, 0.5, 0, 0], 'gives values from NaN to NaN with the sum NaN'],
  ] as const) {
    it(`refuses a model that gives ${name}, and says what it gives`, async () => {
      const engine = answering((_, batch) =>
        Promise.resolve(
          Float32Array.from({ length: row.length * batch }, (_, at) => row[at % row.length]!),
        ),
      )
      await assert.rejects(warmUp(tiny().model, engine, 8), (error: unknown) => {
        assert.ok(error instanceof LoadError)
        assert.equal(error.code, 'MODEL_INVALID')
        assert.ok(error.message.startsWith(`model tiny: it ${found}`), error.message)
        return true
      })
    })
  }

  it('lets probabilities be that a small network rounds', async () => {
    const row = [0.55, 0.5, 0, 0, -0.0005]
    const engine = answering((_, batch) =>
      Promise.resolve(Float32Array.from({ length: 5 * batch }, (_, at) => row[at % 5]!)),
    )
    await warmUp(tiny().model, engine, 2)
  })

  it('says what the engine says against photos of the size', async () => {
    const engine = answering(() => Promise.reject(new Error('shapes do not match')))
    await assert.rejects(warmUp(tiny().model, engine, 8), {
      code: 'MODEL_INVALID',
      message:
        'model tiny: it cannot predict 1 of the photos that its card says with onnx: shapes do not match',
    })
  })
})

const failing = (engine: Engine): Engine => ({
  ...engine,
  predict: () => Promise.reject(new Error('there is no engine')),
})

function assertClose(actual: readonly number[], expected: readonly number[]): void {
  assert.equal(actual.length, expected.length)
  for (const [at, value] of actual.entries()) {
    assert.ok(
      Math.abs(value - expected[at]!) < 1e-6,
      `${String(actual)} is not ${String(expected)}`,
    )
  }
}
