import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  createInference,
  DEFAULT_LIMITS,
  describe as describeInference,
  LABELS,
  toModelSha256,
  type Inference,
  type PhotoRequest,
  type PhotoResponse,
} from '../../inference'
import { goodPhotos } from '../fixtures/good-photos'
import { createOnnx, ONNX_LABELS, writeOnnxModel } from '../helpers/onnx-model'
import { useFragileWorker } from '../helpers/use-fragile-worker'
import { useTinyModel } from '../helpers/use-tiny-model'
import type { ClassificationBody, ProblemBody } from '../helpers/wire'

describe('createInference', () => {
  const tiny = useTinyModel()
  const workerFile = useFragileWorker()
  let photo: Uint8Array
  let inference: Inference

  before(async () => {
    photo = (await goodPhotos())[0]!.bytes
    inference = await createInference({
      modelFolders: [tiny().folder],
      workers: 1,
      limits: { maxBytes: photo.length },
    })
  })
  after(() => inference.close())

  const post = (body: Uint8Array, contentType = 'image/jpeg'): PhotoRequest => ({
    method: 'POST',
    headers: { 'content-type': contentType },
    body,
  })

  it('answers a photo', async () => {
    const response = await inference.respond(post(photo))
    assert.equal(response.status, 200)
    const { label, probability, probabilities, model } = JSON.parse(
      response.body,
    ) as ClassificationBody
    assert.deepEqual(Object.keys(probabilities), LABELS)
    assert.equal(probabilities[label], probability)
    assert.deepEqual(model, { name: 'tiny', sha256: tiny().model.card.sha256 })
    assert.ok(response.outcome.state === 'completed')
    assert.match(
      response.headers['server-timing'] ?? '',
      /^queue;dur=.*total;dur=[\d.]+, serialise;dur=[\d.]+$/,
    )
  })

  it('gives the same answer to the photo in a form', async () => {
    const data = new FormData()
    data.append('photo', new Blob([photo]), 'photo.jpg')
    const form = new Request('http://localhost', { method: 'POST', body: data })
    const contentType = form.headers.get('content-type') ?? ''
    const body = new Uint8Array(await form.arrayBuffer())
    const response = await inference.respond(post(body, contentType))
    assert.equal(labelOf(response), labelOf(await inference.respond(post(photo))))
  })

  it('answers what is wrong with a photo', async () => {
    for (const [body, code, status] of [
      [photo.subarray(0, photo.length - 100), 'CORRUPT_PHOTO', 422],
      [Buffer.from('words'), 'UNSUPPORTED_PHOTO', 415],
      [Buffer.concat([photo, Buffer.of(0)]), 'PHOTO_TOO_LARGE', 413],
    ] as const) {
      const response = await inference.respond(post(body))
      assert.equal((JSON.parse(response.body) as ProblemBody).code, code)
      assert.equal(response.status, status)
    }
  })

  it('keeps the limits that are not given', () => {
    assert.deepEqual(inference.limits, { ...DEFAULT_LIMITS, maxBytes: photo.length })
  })

  it('keeps its limits whoever asks', async () => {
    const larger = Buffer.concat([photo, Buffer.of(0)])
    await assert.rejects(inference.pool.classify(larger), { code: 'PHOTO_TOO_LARGE' })
  })

  it('says what was loaded', () => {
    const { model, sha256, engine, decoder, workers } = describeInference(inference)
    assert.equal(model, 'tiny')
    assert.equal(sha256, inference.models[0].card.sha256)
    assert.match(engine, /^onnx \d+\.\d+\.\d+/)
    assert.match(decoder, /^turbo \d+\.\d+\.\d+/)
    assert.equal(workers, 1)
  })

  it('lets 32 photos wait for one worker, and no more', async () => {
    const responses = Array.from({ length: 34 }, () => inference.respond(post(photo)))
    const statuses = (await Promise.all(responses)).map(({ status }) => status)
    assert.deepEqual(statuses, [...Array<number>(33).fill(200), 503])
  })

  it('takes the engine, the decoder and the queue it is told to', async () => {
    const other = await createInference({
      modelFolders: [tiny().folder],
      workers: 1,
      engine: 'wasm',
      decoder: 'jimp',
      maxQueue: 1,
      workerFile: workerFile(),
    })
    try {
      assert.equal(other.engine.name, 'wasm')
      assert.equal(other.decoder.name, 'jimp')
      const responses = [1, 2, 3].map(() => other.respond(post(photo)))
      const statuses = (await Promise.all(responses)).map(({ status }) => status)
      assert.deepEqual(statuses, [200, 200, 503])
    } finally {
      await other.close()
    }
  })

  it('answers 503 with Retry-After once it is closed', async () => {
    const other = await createInference({
      modelFolders: [tiny().folder],
      workers: 1,
      workerFile: workerFile(),
    })
    await other.close()
    const { status, headers } = await other.respond(post(photo))
    assert.equal(status, 503)
    assert.equal(headers['retry-after'], '1')
    assert.equal(other.pool.workersAlive, 0)
  })

  it('sees what is too large before anything else, even that it is closed', async () => {
    const other = await createInference({
      modelFolders: [tiny().folder],
      workers: 1,
      workerFile: workerFile(),
      limits: { maxBytes: 1000 },
    })
    await other.close()
    assert.equal((await other.respond(post(Buffer.alloc(1001)))).status, 413)
    assert.equal((await other.respond(post(Buffer.alloc(1000)))).status, 503)
  })

  describe('of several models', () => {
    const onnx = createOnnx()
    let onnxFolder: string
    let both: Inference

    before(async () => {
      onnxFolder = await writeOnnxModel(onnx)
      both = await createInference({
        modelFolders: [tiny().folder, onnxFolder],
        workers: 1,
        maxQueue: 1,
        workerFile: workerFile(),
      })
    })
    after(async () => {
      await both.close()
      await rm(onnxFolder, { recursive: true })
    })

    it('answers by the one that is asked for, whatever its format', async () => {
      for (const [query, name, labels] of [
        [{}, 'tiny', LABELS],
        [{ model: 'tiny' }, 'tiny', LABELS],
        [{ model: 'colours' }, 'colours', ONNX_LABELS],
      ] as const) {
        const response = await both.respond({ ...post(photo), query })
        assert.equal(response.status, 200)
        const { model, probabilities } = JSON.parse(response.body) as ClassificationBody
        assert.equal(model.name, name)
        assert.deepEqual(Object.keys(probabilities), labels)
      }
    })

    it('says what was loaded, and what each costs', () => {
      const { model, models } = describeInference(both)
      assert.equal(model, 'tiny')
      assert.deepEqual(
        models.map(({ name, sha256, weightsBytes }) => ({ name, sha256, weightsBytes })),
        [
          {
            name: 'tiny',
            sha256: tiny().model.card.sha256,
            weightsBytes: tiny().model.weights.byteLength,
          },
          {
            name: 'colours',
            sha256: toModelSha256([onnx]),
            weightsBytes: onnx.byteLength,
          },
        ],
      )
      // That a fresh process grows is tested with the twins: this one may give back what other tests left.
      for (const { residentGrowthBytes } of models) assert.ok(residentGrowthBytes >= 0)
      assert.deepEqual(
        models.map(({ residentGrowthBytes }) => residentGrowthBytes),
        both.models.map(({ memory }) => memory.residentGrowthBytes),
      )
    })

    it('says what a photo would be refused with, by its query', async () => {
      assert.equal(both.refusalOf({}), undefined)
      assert.equal(both.refusalOf({ model: 'colours', top: '2' }), undefined)
      assert.equal(both.refusalOf({ model: 'none' })?.code, 'UNKNOWN_MODEL')
      assert.equal(both.refusalOf({ top: '0' })?.code, 'INVALID_QUERY')
      const answers = [both.pool.classify(photo), both.pool.classify(photo)]
      assert.equal(both.refusalOf({ model: 'tiny' })?.code, 'OVERLOADED')
      assert.equal(both.refusalOf({ model: 'colours' }), undefined)
      await Promise.all(answers)
    })

    it('does not start with two of one name', async () => {
      const modelFolders = [tiny().folder, onnxFolder, tiny().folder] as const
      await assert.rejects(createInference({ modelFolders, workers: 1 }), {
        name: 'LoadError',
        code: 'MODEL_INVALID',
        message: `${tiny().folder} and ${tiny().folder} are both called tiny by their cards`,
      })
    })

    it('does not start where one is not there, and names it', async () => {
      const modelFolders = [tiny().folder, join(tiny().folder, 'nowhere')] as const
      await assert.rejects(createInference({ modelFolders, workers: 1 }), {
        code: 'MODEL_MISSING',
        message: /nowhere.card\.json cannot be read/,
      })
    })
  })

  it('fails with the file where the model is not there', async () => {
    const modelFolder = join(tiny().folder, 'nowhere')
    await assert.rejects(createInference({ modelFolders: [modelFolder], workers: 1 }), {
      name: 'LoadError',
      code: 'MODEL_MISSING',
      message: new RegExp(join(modelFolder, 'card.json')),
    })
  })
})

const labelOf = ({ body }: PhotoResponse): string => (JSON.parse(body) as ClassificationBody).label
