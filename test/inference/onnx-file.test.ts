import assert from 'node:assert/strict'
import {
  decode,
  encodeOnnx,
  loadDecoder,
  loadEngine,
  normalise,
  warmUp,
  type Decoder,
  type EngineName,
} from '../../inference'
import { LoadError } from '../../inference/errors'
import type { Engine } from '../../inference/engine'
import { Graph } from '../../inference/onnx/graph'
import { encode, integer, message, text } from '../../inference/onnx/protobuf'
import { goodPhotos } from '../fixtures/good-photos'
import {
  createOnnx,
  ONNX_LABELS,
  ONNX_SIZE,
  toOnnxLogits,
  toOnnxModel,
} from '../helpers/onnx-model'

type OnnxModel = ReturnType<typeof toOnnxModel>

describe('an ONNX file', () => {
  let decoder: Decoder
  let photos: readonly Uint8Array[]
  before(async () => {
    decoder = await loadDecoder('sharp')
    photos = (await goodPhotos()).slice(0, 3).map(({ bytes }) => bytes)
  })

  /** Each photo's pixels as the model's card asks for them, and the mean of each of the channels that the model sees. */
  async function toPixels({ card }: OnnxModel) {
    const { width, height } = card.input
    const size = width * height * 3
    const pixels = new Float32Array(photos.length * size)
    for (const [at, photo] of photos.entries()) {
      normalise(await decode(photo, { decoder, width, height }), card.input, pixels, at)
    }
    const means = photos.map((_, at) => toMeans(pixels.subarray(at * size, (at + 1) * size), card))
    return { pixels, means }
  }

  async function withEngine(
    model: OnnxModel,
    use: (engine: Engine) => Promise<void>,
    choice: EngineName | 'auto' = 'onnx',
  ): Promise<void> {
    const engine = await loadEngine(model, choice)
    try {
      await use(engine)
    } finally {
      await engine.close()
    }
  }

  for (const [name, onnx, changes] of [
    ['with its channels first', createOnnx(), {}],
    ['with its channels last', createOnnx({ layout: 'nhwc' }), { input: { layout: 'nhwc' } }],
    [
      'with numbers of each channel, blue first',
      createOnnx(),
      {
        input: { scale: [0.01, 0.02, 0.03], offset: [0, -1, 0.5], channelOrder: 'bgr' },
      },
    ],
    ['that takes one photo at a time', createOnnx({ batch: 1 }), {}],
    ['that gives logits', createOnnx({ softmax: false }), { output: 'logits' }],
    [
      'that gives logits, one photo at a time',
      createOnnx({ softmax: false, batch: 1 }),
      { output: 'logits' },
    ],
    ['whose names its card has', createOnnx(), { onnx: { input: 'photo', output: 'answer' } }],
  ] as const) {
    it(`answers ${name} as its formula says, alone and together`, async () => {
      const model = toOnnxModel(onnx, changes as Parameters<typeof toOnnxModel>[1])
      const { pixels, means } = await toPixels(model)
      await withEngine(model, async (engine) => {
        await warmUp(model, engine, 4)
        const together = await engine.predict(pixels, photos.length)
        assert.equal(together.length, photos.length * ONNX_LABELS.length)
        for (const [at, mean] of means.entries()) {
          const size = pixels.length / photos.length
          const alone = await engine.predict(pixels.slice(at * size, (at + 1) * size), 1)
          const expected = toProbabilities(toOnnxLogits(mean))
          assertClose(alone, expected)
          assertClose(together.subarray(at * 4, at * 4 + 4), expected)
        }
      })
    })
  }

  it('runs where no engine is asked for', async () => {
    const model = toOnnxModel(createOnnx())
    await withEngine(
      model,
      (engine) => {
        assert.equal(engine.name, 'onnx')
        return Promise.resolve()
      },
      'auto',
    )
  })

  for (const engine of ['tensorflow', 'wasm'] as const) {
    it(`does not run on ${engine}, which says why`, async () => {
      await assert.rejects(loadEngine(toOnnxModel(createOnnx()), engine), {
        name: 'LoadError',
        code: 'ENGINE_UNAVAILABLE',
        message: `no engine could be loaded (${engine}: model colours is an ONNX file, which only the engine onnx runs)`,
      })
    })
  }

  const one = createOnnx()
  const { width, height } = ONNX_SIZE
  for (const [name, model, found] of [
    [
      'another size',
      toOnnxModel(one, { input: { width: 9 } }),
      /^model colours: it takes \[any, 3, 6, 8\], its card says \[any, 3, 6, 9\] \(batch, channels, height, width\)$/,
    ],
    [
      'another layout',
      toOnnxModel(one, { input: { layout: 'nhwc' } }),
      /takes \[any, 3, 6, 8\], its card says \[any, 6, 8, 3\] \(batch, height, width, channels\): its layout is nchw$/,
    ],
    [
      'one channel',
      toOnnxModel(createOnnx({ channels: 1 })),
      /takes \[any, 1, 6, 8\], .*; supported are models of three channels \(colour\) only$/,
    ],
    [
      'three dimensions',
      toOnnxModel(createFlat({ name: 'photo', dimensions: ['N', width * 3, height] })),
      /takes \[any, 24, 6\], .*; supported are models of photos, with four dimensions$/,
    ],
    [
      'batches of two',
      toOnnxModel(createOnnx({ batch: 2 })),
      /takes 2 photos at a time; supported are models that take one, or any number$/,
    ],
    [
      'fewer labels',
      toOnnxModel(one, { labels: ['one', 'other'] }),
      /gives \[any, 4\], that is 4 values a photo, for 2 labels$/,
    ],
    [
      'an input of another name',
      toOnnxModel(one, { onnx: { input: 'pixels' } }),
      /has no input pixels; its card may name under onnx: photo$/,
    ],
    [
      'an output of another name',
      toOnnxModel(one, { onnx: { output: 'probs' } }),
      /has no output probs; its card may name under onnx: answer$/,
    ],
    [
      'several outputs',
      toOnnxModel(addTo(one, 12, 'means')),
      /has the outputs answer, means: its card has to name one as onnx\.output$/,
    ],
    [
      'several inputs',
      toOnnxModel(addTo(one, 11, 'other')),
      /takes the inputs photo, other; supported are models that take a photo alone$/,
    ],
    [
      'no graph that runs',
      toOnnxModel(createBroken()),
      /^model colours: ONNX Runtime refuses model\.onnx: /,
    ],
  ] as const) {
    it(`is refused where it has ${name}, with what was found`, async () => {
      await assert.rejects(loadEngine(model, 'auto'), {
        name: 'LoadError',
        code: 'MODEL_INVALID',
        message: found,
      })
    })
  }

  it('may have several outputs if its card names one', async () => {
    const model = toOnnxModel(addTo(one, 12, 'logits'), {
      output: 'logits',
      onnx: { output: 'logits' },
    })
    const { pixels, means } = await toPixels(model)
    await withEngine(model, async (engine) => {
      const probabilities = await engine.predict(pixels, photos.length)
      const expected = means.flatMap((mean) => toProbabilities(toOnnxLogits(mean)))
      assertClose(probabilities, expected)
    })
  })

  for (const [name, onnx, found] of [
    [
      'logits for probabilities',
      createOnnx({ softmax: false }),
      /^model colours: it gives values from -?\d.* to .* with the sum .*, which are no probabilities .* "output": "logits"$/,
    ],
    [
      'nothing for several photos, though it says any number',
      createFixed(),
      /^model colours: it cannot predict 4 of the photos that its card says with onnx: /,
    ],
  ] as const) {
    it(`is refused while it is warmed up where it gives ${name}`, async () => {
      const model = toOnnxModel(onnx)
      await withEngine(model, async (engine) => {
        await assert.rejects(warmUp(model, engine, 4), (error: unknown) => {
          assert.ok(error instanceof LoadError)
          assert.equal(error.code, 'MODEL_INVALID')
          assert.match(error.message, found)
          return true
        })
      })
    })
  }
})

/** Of the channels in the order in which the model has them. */
function toMeans(pixels: Float32Array, { input }: OnnxModel['card']): number[] {
  const plane = pixels.length / 3
  return [0, 1, 2].map((channel) => {
    const own = pixels.filter((_, at) =>
      input.layout === 'nchw' ? Math.floor(at / plane) === channel : at % 3 === channel,
    )
    return own.reduce((sum, value) => sum + value, 0) / plane
  })
}

function toProbabilities(logits: readonly number[]): number[] {
  const powers = logits.map(Math.exp)
  const sum = powers.reduce((total, power) => total + power, 0)
  return powers.map((power) => power / sum)
}

function assertClose(actual: Float32Array, expected: readonly number[]): void {
  assert.equal(actual.length, expected.length)
  for (const [at, value] of actual.entries()) {
    assert.ok(
      Math.abs(value - expected[at]!) < 1e-5,
      `${String(actual)} is not ${String(expected)}`,
    )
  }
}

interface Input {
  readonly name: string
  readonly dimensions: readonly (number | string)[]
}

/** A file that gives four values of anything. */
function createFlat(input: Input): Uint8Array {
  const graph = new Graph()
  const flat = graph.add({ name: 'flat', operator: 'Flatten', inputs: [input.name] })
  const kernel = graph.addFloats('kernel', new Float32Array(144 * 4), [144, 4])
  const product = graph.add({ name: 'product', operator: 'MatMul', inputs: [flat, kernel] })
  const output = { name: 'answer', dimensions: ['N', 4] }
  return encodeOnnx(graph.finish(product, { name: 'flat', input, output }))
}

/** Protobuf joins messages that follow each other. */
function addTo(onnx: Uint8Array, field: number, name: string): Uint8Array {
  const sizes = field === 11 ? [1] : []
  const dimensions = sizes.map((size) => message(1, [integer(1, size)]))
  const shape = sizes.length === 0 ? [] : [message(2, dimensions)]
  const type = message(2, [message(1, [integer(1, 1), ...shape])])
  return Buffer.concat([onnx, encode([message(7, [message(field, [text(1, name), type])])])])
}

/** It says that it takes any number of photos, and takes one. */
function createFixed(): Uint8Array {
  const graph = new Graph()
  const shape = graph.addIntegers('shape', [1, 144])
  const flat = graph.add({ name: 'flat', operator: 'Reshape', inputs: ['photo', shape] })
  const kernel = graph.addFloats('kernel', new Float32Array(144 * 4), [144, 4])
  const logits = graph.add({ name: 'logits', operator: 'MatMul', inputs: [flat, kernel] })
  const last = graph.add({ name: 'soft', operator: 'Softmax', inputs: [logits] })
  const input = { name: 'photo', dimensions: ['N', 3, ONNX_SIZE.height, ONNX_SIZE.width] }
  const output = { name: 'answer', dimensions: ['M', 4] }
  return encodeOnnx(graph.finish(last, { name: 'fixed', input, output }))
}

/** Its node is of a kind that there is not. */
function createBroken(): Uint8Array {
  const graph = new Graph()
  const last = graph.add({ name: 'last', operator: 'Unheard', inputs: ['photo'] })
  const input = { name: 'photo', dimensions: ['N', 3, 6, 8] }
  const output = { name: 'answer', dimensions: ['N', 4] }
  return encodeOnnx(graph.finish(last, { name: 'broken', input, output }))
}
