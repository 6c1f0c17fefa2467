import assert from 'node:assert/strict'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { LoadError } from '../../inference/errors'
import { loadModel, toModelSha256 } from '../../inference/model'
import { TINY_INPUT, writeTinyModel } from '../helpers/tiny-model'

interface Card {
  name: string
  labels?: string[]
  evaluation?: unknown
  input: { width: number; scale?: number }
  files: Record<string, string>
  sha256: string
}

interface Manifest {
  modelTopology?: unknown
  weightsManifest: { paths: string[]; weights: Record<string, unknown>[] }[]
}

describe('loadModel', () => {
  let folder: string
  beforeEach(async () => {
    folder = await writeTinyModel()
  })
  afterEach(() => rm(folder, { recursive: true }))

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
    const { card, topology, weightSpecs, weights } = await loadModel(folder)
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
    const { weights, weightSpecs } = await loadModel(folder)
    assert.deepEqual(Buffer.from(weights), whole)
    assert.equal(weightSpecs.length, 6)
  })

  it('reads a card that says more than serving needs', async () => {
    await changeCard((card) => (card.evaluation = { accuracy: 0.9 }))
    assert.equal((await loadModel(folder)).card.name, 'tiny')
  })

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
