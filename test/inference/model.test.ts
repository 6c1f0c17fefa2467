import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { LoadError } from '../../inference/errors'
import { loadModel, toModelSha256, type LayersModel } from '../../inference/model'
import { encode, message, text } from '../../inference/onnx/protobuf'
import { createOnnx, writeOnnxModel } from '../helpers/onnx-model'
import { TINY_INPUT, writeTinyModel } from '../helpers/tiny-model'

interface Card {
  name: string
  labels?: string[]
  evaluation?: unknown
  output?: string
  licence?: string
  onnx?: unknown
  input: {
    width: number
    scale?: number | number[]
    offset?: number | number[]
    channels?: number
    channelOrder?: string
    layout?: string
  }
  files: Record<string, string>
  sha256: string
}

interface Manifest {
  format?: string
  modelTopology?: unknown
  weightsManifest: { paths: string[]; weights: Record<string, unknown>[] }[]
}

describe('loadModel', () => {
  let folder: string
  beforeEach(async () => {
    folder = await writeTinyModel()
  })
  afterEach(() => rm(folder, { recursive: true }))

  async function loadLayersModel(): Promise<LayersModel> {
    const model = await loadModel(folder)
    assert.ok(model.format === 'layers-model')
    return model
  }

  const readJson = async <T>(file: string): Promise<T> =>
    JSON.parse(await readFile(join(folder, file), 'utf8')) as T

  async function changeCard(change: (card: Card) => void): Promise<void> {
    const card = await readJson<Card>('card.json')
    change(card)
    await writeFile(join(folder, 'card.json'), JSON.stringify(card))
  }

  /** Changes model.json and gives the card its new sums, so that only the change itself can be what is wrong. */
  async function changeManifest(change: (manifest: Manifest) => void): Promise<void> {
    const manifest = await readJson<Manifest>('model.json')
    change(manifest)
    const modelJson = Buffer.from(JSON.stringify(manifest))
    await writeFile(join(folder, 'model.json'), modelJson)
    const weights = await readFile(join(folder, 'weights.bin'))
    await changeCard((card) => {
      card.files['model.json'] = toModelSha256([modelJson])
      card.sha256 = toModelSha256([modelJson, weights])
    })
  }

  async function flipByte(file: string): Promise<void> {
    const bytes = await readFile(join(folder, file))
    const middle = bytes.length >> 1
    bytes[middle] = bytes[middle]! ^ 1
    await writeFile(join(folder, file), bytes)
  }

  const remove = (file: string) => () => rm(join(folder, file))

  async function assertRefused(code: string, file: string, message: RegExp): Promise<void> {
    await assert.rejects(loadModel(folder), (error: unknown) => {
      assert.ok(error instanceof LoadError, String(error))
      assert.equal(error.code, code)
      assert.match(error.message, message)
      assert.ok(error.message.includes(join(folder, file)), `${error.message} names ${file}`)
      return true
    })
  }

  it('gives what the folder holds', async () => {
    const { card, topology, weightSpecs, weights } = await loadLayersModel()
    assert.equal(card.name, 'tiny')
    assert.deepEqual(card.labels, ['food', 'drink', 'menu', 'inside', 'outside'])
    assert.deepEqual(card.input, TINY_INPUT)
    assert.equal(topology['class_name'], 'Sequential')
    assert.deepEqual(
      weightSpecs.map(({ name }) => name),
      ['first/kernel', 'first/bias', 'second/kernel', 'second/bias', 'head/kernel', 'head/bias'],
    )
    assert.deepEqual(Buffer.from(weights), await readFile(join(folder, 'weights.bin')))
    assert.ok(weights.buffer instanceof SharedArrayBuffer)
  })

  it('joins weights that are in several files and groups, in their order', async () => {
    const whole = await readFile(join(folder, 'weights.bin'))
    const shards = [whole.subarray(0, 100), whole.subarray(100, 864), whole.subarray(864)]
    const manifest = await readJson<Manifest>('model.json')
    const [first, ...others] = manifest.weightsManifest[0]!.weights
    manifest.weightsManifest = [
      { paths: ['shard-1', 'shard-2'], weights: [first!] },
      { paths: ['shard-3'], weights: others },
    ]
    const modelJson = Buffer.from(JSON.stringify(manifest))
    await writeFile(join(folder, 'model.json'), modelJson)
    for (const [index, shard] of shards.entries()) {
      await writeFile(join(folder, `shard-${String(index + 1)}`), shard)
    }
    await changeCard((card) => {
      card.files = { 'model.json': toModelSha256([modelJson]) }
      for (const [index, shard] of shards.entries()) {
        card.files[`shard-${String(index + 1)}`] = toModelSha256([shard])
      }
      card.sha256 = toModelSha256([modelJson, ...shards])
    })
    const { weights, weightSpecs } = await loadLayersModel()
    assert.deepEqual(Buffer.from(weights), whole)
    assert.equal(weightSpecs.length, 6)
  })

  it('reads a card that says more than serving needs', async () => {
    await changeCard((card) => (card.evaluation = { accuracy: 0.9 }))
    assert.equal((await loadModel(folder)).card.name, 'tiny')
  })

  it('reads what a card may say besides', async () => {
    const input = { ...TINY_INPUT, scale: [1, 2, 3], offset: [0, -1, 0.5], channelOrder: 'bgr' }
    const more = { output: 'logits', licence: 'Apache-2.0', onnx: { output: 'probs' } }
    await changeCard((card) => Object.assign(card, { input }, more))
    const { card } = await loadModel(folder)
    assert.deepEqual(card.input, input)
    assert.deepEqual({ output: card.output, licence: card.licence, onnx: card.onnx }, more)
  })

  it('reads a layers model that is a graph model by no sign', async () => {
    await changeManifest((manifest) => delete manifest.format)
    assert.equal((await loadModel(folder)).format, 'layers-model')
  })

  for (const [sign, change] of [
    [
      'format',
      (manifest: Manifest) => {
        manifest.format = 'graph-model'
        manifest.modelTopology = { node: [], versions: {} }
      },
    ],
    [
      'nodes, whatever its format says',
      (manifest: Manifest) => (manifest.modelTopology = { node: [], versions: {} }),
    ],
  ] as const) {
    it(`knows a graph model by its ${sign}`, async () => {
      await changeManifest(change)
      assert.equal((await loadModel(folder)).format, 'graph-model')
    })
  }

  for (const [name, damage, code, file, message] of [
    ['card.json is missing', remove('card.json'), 'MODEL_MISSING', 'card.json', /cannot be read/],
    [
      'model.json is missing',
      remove('model.json'),
      'MODEL_MISSING',
      'model.json',
      /cannot be read/,
    ],
    ['the weights are missing', remove('weights.bin'), 'MODEL_MISSING', 'weights.bin', /cannot be/],
    [
      'a bit of the weights is flipped',
      () => flipByte('weights.bin'),
      'MODEL_DAMAGED',
      'weights.bin',
      /is damaged: its sha256 is [0-9a-f]{64}, its card says [0-9a-f]{64}/,
    ],
    [
      'a bit of model.json is flipped',
      () => flipByte('model.json'),
      'MODEL_DAMAGED',
      'model.json',
      /is damaged/,
    ],
    [
      'the last byte of the weights is missing',
      async () => {
        const path = join(folder, 'weights.bin')
        await writeFile(path, (await readFile(path)).subarray(0, -1))
      },
      'MODEL_DAMAGED',
      'weights.bin',
      /is damaged/,
    ],
    [
      'card.json is no JSON',
      () => writeFile(join(folder, 'card.json'), '{"name": "tiny",'),
      'MODEL_INVALID',
      'card.json',
      /is not JSON/,
    ],
    [
      'model.json is no JSON, as its card says',
      async () => {
        await writeFile(join(folder, 'model.json'), 'words')
        await changeCard((card) => {
          card.files['model.json'] = toModelSha256([Buffer.from('words')])
        })
      },
      'MODEL_INVALID',
      'model.json',
      /is not JSON/,
    ],
    [
      'the card has no labels',
      () => changeCard((card) => delete card.labels),
      'MODEL_INVALID',
      'card.json',
      /labels/,
    ],
    [
      'two labels are the same',
      () => changeCard((card) => (card.labels = ['food', 'drink', 'food'])),
      'MODEL_INVALID',
      'card.json',
      /labels must differ/,
    ],
    [
      'there is one label',
      () => changeCard((card) => (card.labels = ['food'])),
      'MODEL_INVALID',
      'card.json',
      /labels/,
    ],
    [
      'the input has no size',
      () => changeCard((card) => (card.input.width = 0)),
      'MODEL_INVALID',
      'card.json',
      /width/,
    ],
    [
      'the input says nothing of scale',
      () => changeCard((card) => delete card.input.scale),
      'MODEL_INVALID',
      'card.json',
      /scale/,
    ],
    [
      'the name would not do in a path',
      () => changeCard((card) => (card.name = '../tiny')),
      'MODEL_INVALID',
      'card.json',
      /name/,
    ],
    [
      'a sum is none',
      () => changeCard((card) => (card.sha256 = 'ABC')),
      'MODEL_INVALID',
      'card.json',
      /sha256 sum is 64 hexadecimal digits/,
    ],
    [
      'the sum of the whole is another',
      () => changeCard((card) => (card.sha256 = '0'.repeat(64))),
      'MODEL_INVALID',
      'card.json',
      /names the model 0{64}, its files are [0-9a-f]{64}/,
    ],
    [
      'the card has no sum of the weights',
      () => changeCard((card) => delete card.files['weights.bin']),
      'MODEL_INVALID',
      'card.json',
      /no sha256 sum of weights\.bin/,
    ],
    [
      'a scale is of two channels',
      () => changeCard((card) => (card.input.scale = [1, 2])),
      'MODEL_INVALID',
      'card.json',
      /one number, or three: of red, green and blue\n.*input\.scale/,
    ],
    [
      'it takes grayscale photos',
      () => changeCard((card) => (card.input.channels = 1)),
      'MODEL_INVALID',
      'card.json',
      /only models of three channels \(colour\) are supported/,
    ],
    [
      'the channels are in an order that is none',
      () => changeCard((card) => (card.input.channelOrder = 'gbr')),
      'MODEL_INVALID',
      'card.json',
      /input\.channelOrder/,
    ],
    [
      'its output is neither',
      () => changeCard((card) => (card.output = 'scores')),
      'MODEL_INVALID',
      'card.json',
      /"probabilities"\|"logits"/,
    ],
    [
      'a label would be no key of an object',
      () => changeCard((card) => (card.labels = ['__proto__', 'food'])),
      'MODEL_INVALID',
      'card.json',
      /a label cannot be called __proto__/,
    ],
    [
      'a TensorFlow.js model has its channels first',
      () => changeCard((card) => (card.input.layout = 'nchw')),
      'MODEL_INVALID',
      'card.json',
      /TensorFlow\.js models take the layout nhwc, not nchw/,
    ],
    [
      'a graph model has no nodes',
      () => changeManifest((manifest) => (manifest.format = 'graph-model')),
      'MODEL_INVALID',
      'model.json',
      /modelTopology\.node/,
    ],
    [
      'a graph does not say of which version it is',
      () => changeManifest((manifest) => (manifest.modelTopology = { node: [] })),
      'MODEL_INVALID',
      'model.json',
      /modelTopology\.versions/,
    ],
    [
      'the card has no sum of model.json',
      () => changeCard((card) => delete card.files['model.json']),
      'MODEL_INVALID',
      'card.json',
      /no sha256 sum of model\.json/,
    ],
    [
      'model.json has no topology',
      () => changeManifest((manifest) => delete manifest.modelTopology),
      'MODEL_INVALID',
      'model.json',
      /modelTopology/,
    ],
    [
      'a weight is of an unknown type',
      () => changeManifest((manifest) => (manifest.weightsManifest[0]!.weights[0]!['dtype'] = 'x')),
      'MODEL_INVALID',
      'model.json',
      /dtype/,
    ],
  ] as const) {
    it(`says what is wrong and where: ${name}`, async () => {
      await damage()
      await assertRefused(code, file, message)
    })
  }

  it('reads no weights from outside its folder', async () => {
    // Were it read, all would be well: the file is there and the card has its sum.
    const path = `../${basename(folder)}/weights.bin`
    const sum = (await readJson<Card>('card.json')).files['weights.bin']!
    await changeManifest((manifest) => (manifest.weightsManifest[0]!.paths = [path]))
    await changeCard((card) => (card.files[path] = sum))
    await assertRefused('MODEL_INVALID', 'model.json', /a weights path is a plain file name/)
  })

  for (const path of ['..', '.', 'model.json', 'card.json', 'a/b', '']) {
    it(`takes ${JSON.stringify(path)} for no file of weights`, async () => {
      await changeManifest((manifest) => (manifest.weightsManifest[0]!.paths = [path]))
      await assertRefused('MODEL_INVALID', 'model.json', /a weights path is/)
    })
  }

  it('takes the layers model where an ONNX file is beside it', async () => {
    const onnx = createOnnx()
    await writeFile(join(folder, 'model.onnx'), onnx)
    await changeCard((card) => (card.files['model.onnx'] = toModelSha256([onnx])))
    const { topology } = await loadLayersModel()
    assert.equal(topology['class_name'], 'Sequential')
  })

  describe('of an ONNX file', () => {
    const onnx = createOnnx()
    let onnxFolder: string
    beforeEach(async () => {
      onnxFolder = await writeOnnxModel(onnx)
    })
    afterEach(() => rm(onnxFolder, { recursive: true }))

    it('gives what the folder holds', async () => {
      const model = await loadModel(onnxFolder)
      assert.equal(model.format, 'onnx')
      assert.deepEqual(Buffer.from(model.weights), Buffer.from(onnx))
      assert.ok(model.weights.buffer instanceof SharedArrayBuffer)
      assert.equal(model.card.sha256, createHash('sha256').update(onnx).digest('hex'))
      assert.equal(model.card.input.layout, 'nchw')
    })

    for (const [name, bytes, code, message] of [
      ['is damaged', onnx.subarray(1), 'MODEL_DAMAGED', /model\.onnx is damaged: its sha256 is/],
      ['is missing', undefined, 'MODEL_MISSING', /model\.onnx cannot be read/],
    ] as const) {
      it(`says that it ${name}`, async () => {
        const file = join(onnxFolder, 'model.onnx')
        if (bytes === undefined) await rm(file)
        else await writeFile(file, bytes)
        await assert.rejects(loadModel(onnxFolder), { name: 'LoadError', code, message })
      })
    }

    it('says that it is none', async () => {
      const words = await writeOnnxModel(Buffer.from('words'))
      const message = /model\.onnx is not an ONNX file/
      await assert.rejects(loadModel(words), { code: 'MODEL_INVALID', message })
      await rm(words, { recursive: true })
    })

    it('refuses one whose weights are in other files', async () => {
      const tensor = [text(8, 'far'), message(13, [text(1, 'location'), text(2, 'weights.data')])]
      const far = await writeOnnxModel(encode([message(7, [message(5, tensor)])]))
      const reason = /model\.onnx keeps weights \(far, …\) in files of their own/
      await assert.rejects(loadModel(far), { code: 'MODEL_INVALID', message: reason })
      await rm(far, { recursive: true })
    })
  })

  it('says which folder is missing', async () => {
    await assert.rejects(loadModel(join(folder, 'nowhere')), {
      code: 'MODEL_MISSING',
      message: `model file ${join(folder, 'nowhere', 'card.json')} cannot be read`,
    })
  })
})

describe('toModelSha256', () => {
  it('is the sum of the files one after the other', () => {
    // printf abc | sha256sum, FIPS 180-4's first example.
    const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    assert.equal(toModelSha256([Buffer.from('a'), Buffer.from('bc')]), abc)
  })
})
