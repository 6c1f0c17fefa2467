import assert from 'node:assert/strict'
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { goodPhotos } from '../fixtures/good-photos'
import type { FixturePhoto } from '../fixtures/good-photos'
import { writeGraphModel } from '../helpers/graph-model'
import { addMobilenet, MOBILENET_LABELS } from '../helpers/mobilenet'
import { createOnnx, ONNX_LABELS, writeOnnxModel } from '../helpers/onnx-model'
import type { ServerProcess } from '../helpers/server-process'
import { useTemporaryFolder } from '../helpers/use-temporary-folder'
import { ask } from '../helpers/wire'
import type { Answer, ClassificationBody, ProblemBody } from '../helpers/wire'
import { HOSTS, startHost } from './hosts'
import type { Host } from './hosts'

const MODELS = process.env['MODELS_FOLDER'] ?? 'inference/models'
/** What probabilities of twins may differ by. */
const TOLERANCE = 1e-3

interface ModelsBody {
  readonly models: readonly {
    readonly name: string
    readonly default: boolean
    readonly labels: number
    readonly memory: { readonly weightsBytes: number; readonly residentGrowthBytes: number }
  }[]
}

const post = (server: ServerProcess, bytes: Uint8Array, query: string): Promise<Answer> =>
  ask(`${server.baseUrl}/classify${query}`, {
    method: 'POST',
    body: bytes,
    headers: { 'content-type': 'application/octet-stream' },
  })

const classificationOf = ({ status, body }: Answer): ClassificationBody => {
  assert.equal(status, 200, JSON.stringify(body))
  return body as ClassificationBody
}

function assertTwins(actual: ClassificationBody, expected: ClassificationBody): void {
  assert.equal(actual.label, expected.label)
  assert.deepEqual(actual.model, expected.model)
  const names = Object.keys(expected.probabilities)
  assert.deepEqual(Object.keys(actual.probabilities), names)
  for (const name of names) {
    const difference = Math.abs(actual.probabilities[name]! - expected.probabilities[name]!)
    assert.ok(difference < TOLERANCE, `${name} differs by ${difference}`)
  }
}

/** Starts the host with those models for the tests of a `describe`. */
function useHost(host: Host, folder: () => string, names: string): () => ServerProcess {
  let server: ServerProcess | undefined
  before(async function () {
    this.timeout(120_000)
    server = await startHost(host, { MODELS_FOLDER: folder(), MODEL: names })
  })
  after(async () => {
    const ended = await server?.stop()
    assert.deepEqual(ended, { exitCode: 0, stderr: '' })
  })
  return () => server!
}

describe('several models in one process', () => {
  const folder = useTemporaryFolder()
  let photos: readonly FixturePhoto[]
  /** What the first host answered. */
  const answers = new Map<string, ClassificationBody>()

  before(async () => {
    photos = await goodPhotos()
    await cp(join(MODELS, 'photo-net'), join(folder(), 'photo-net'), { recursive: true })
    const colours = await writeOnnxModel(createOnnx())
    await cp(colours, join(folder(), 'colours'), { recursive: true })
    await rm(colours, { recursive: true })
  })

  for (const host of HOSTS) {
    describe(`on ${host.name}`, () => {
      const server = useHost(host, folder, 'photo-net, colours')

      for (const [query, name, labels] of [
        ['', 'photo-net', 5],
        ['?model=photo-net', 'photo-net', 5],
        ['?model=colours', 'colours', ONNX_LABELS.length],
        ['?top=2&model=colours', 'colours', 2],
      ] as const) {
        it(`lets every good photo sent to /classify${query} be classified by ${name}, as its twins do`, async () => {
          for (const photo of photos) {
            const answer = classificationOf(await post(server(), photo.bytes, query))
            assert.equal(answer.model.name, name)
            assert.equal(Object.keys(answer.probabilities).length, labels)
            const key = `${query} ${photo.name}`
            if (!answers.has(key)) answers.set(key, answer)
            assertTwins(answer, answers.get(key)!)
          }
        })
      }

      for (const [query, status, code] of [
        ['?model=none', 404, 'UNKNOWN_MODEL'],
        ['?model=', 404, 'UNKNOWN_MODEL'],
        ['?model', 404, 'UNKNOWN_MODEL'],
        ['?model=colours%20', 404, 'UNKNOWN_MODEL'],
        ['?model=..%2Fphoto-net', 404, 'UNKNOWN_MODEL'],
        ['?model=colours&model=photo-net', 400, 'INVALID_QUERY'],
        ['?top=0', 400, 'INVALID_QUERY'],
        ['?top=2&top=2', 400, 'INVALID_QUERY'],
      ] as const) {
        it(`answers ${status} ${code} to ${query}`, async () => {
          const answer = await post(server(), photos[0]!.bytes, query)
          const body = answer.body as ProblemBody
          assert.deepEqual({ status: answer.status, code: body.code }, { status, code })
          assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/)
          if (code === 'UNKNOWN_MODEL') assert.match(body.detail, /photo-net, colours$/)
        })
      }

      it('answers photos for both at once, each by its own', async () => {
        const queries = ['', '?model=colours']
        const burst = photos.filter(({ bytes }) => bytes.length < 100_000).slice(0, 12)
        const asked = burst.flatMap((photo) => queries.map((query) => ({ photo, query })))
        const got = await Promise.all(
          asked.map(({ photo, query }) => post(server(), photo.bytes, query)),
        )
        for (const [at, { photo, query }] of asked.entries()) {
          assertTwins(classificationOf(got[at]!), answers.get(`${query} ${photo.name}`)!)
        }
      })

      it('lists them, with what each costs', async () => {
        const { status, body } = await ask(`${server().baseUrl}/models`)
        assert.equal(status, 200)
        const { models } = body as ModelsBody
        assert.deepEqual(
          models.map((model) => ({
            name: model.name,
            default: model.default,
            labels: model.labels,
          })),
          [
            { name: 'photo-net', default: true, labels: 5 },
            { name: 'colours', default: false, labels: 4 },
          ],
        )
        for (const { memory } of models) assert.ok(memory.weightsBytes > 0)
        assert.ok(models[0]!.memory.residentGrowthBytes > 0)
      })

      it('names them in its log', () => {
        const loaded = server().log.find(({ models }) => models !== undefined)
        assert.match(String(loaded?.['msg']), /^(ready|loaded)$/)
        const models = loaded?.['models'] as ModelsBody['models']
        assert.deepEqual(
          models.map(({ name }) => name),
          ['photo-net', 'colours'],
        )
      })
    })
  }

  for (const host of HOSTS) {
    it(`with a graph model among them answer on ${host.name}, by an engine that runs both`, async () => {
      const graph = await writeGraphModel()
      await cp(graph, join(folder(), 'graph'), { recursive: true })
      await rm(graph, { recursive: true })
      const env = { MODELS_FOLDER: folder(), MODEL: 'photo-net,graph', ENGINE: 'wasm' }
      const server = await startHost(host, env)
      try {
        for (const name of ['photo-net', 'graph']) {
          for (const photo of photos.slice(0, 3)) {
            const answer = classificationOf(await post(server, photo.bytes, `?model=${name}`))
            assert.equal(answer.model.name, name)
            const key = `wasm ${name} ${photo.name}`
            if (!answers.has(key)) answers.set(key, answer)
            assertTwins(answer, answers.get(key)!)
          }
        }
      } finally {
        await server.stop()
      }
    })
  }

  it('do not start where one is missing or there twice', async () => {
    for (const host of HOSTS) {
      // It loads them at the first photo.
      if (host.env['STOCK_BEHAVIOUR'] === 'true') continue
      const missing = startHost(host, { MODELS_FOLDER: folder(), MODEL: 'photo-net,none' })
      await assert.rejects(missing, /none.card\.json cannot be read/, host.name)
      const twice = startHost(host, { MODELS_FOLDER: folder(), MODEL: 'colours,colours' })
      await assert.rejects(
        twice,
        /MODEL must name each only once.*colours is there twice/,
        host.name,
      )
    }
  })
})

describe('MobileNetV2 with its 1,001 labels beside the committed model', () => {
  const folder = useTemporaryFolder()
  let photos: readonly FixturePhoto[]
  const answers = new Map<string, ClassificationBody>()

  before(async function () {
    await addMobilenet(this, folder())
    photos = await goodPhotos()
    await cp(join(MODELS, 'photo-net'), join(folder(), 'photo-net'), { recursive: true })
  })

  for (const host of HOSTS) {
    describe(`on ${host.name}`, () => {
      const server = useHost(host, folder, 'photo-net,mobilenet')

      it('answers every good photo as its twins do: the five most probable labels', async () => {
        for (const photo of photos) {
          const answer = classificationOf(await post(server(), photo.bytes, '?model=mobilenet'))
          const probabilities = Object.values(answer.probabilities)
          assert.equal(probabilities.length, 5)
          assert.deepEqual(
            probabilities,
            probabilities.toSorted((left, right) => right - left),
          )
          assert.equal(Object.keys(answer.probabilities)[0], answer.label)
          if (!answers.has(photo.name)) answers.set(photo.name, answer)
          assertTwins(answer, answers.get(photo.name)!)
        }
        assert.ok(new Set([...answers.values()].map(({ label }) => label)).size > 1)
      })

      it('tells all of them where they are asked for', async () => {
        const query = `?model=mobilenet&top=${MOBILENET_LABELS}`
        const { probabilities } = classificationOf(await post(server(), photos[0]!.bytes, query))
        const values = Object.values(probabilities)
        assert.equal(values.length, MOBILENET_LABELS)
        assert.ok(Math.abs(values.reduce((sum, value) => sum + value, 0) - 1) < 1e-4)
      })

      it('leaves the default as it was', async () => {
        const { model } = classificationOf(await post(server(), photos[0]!.bytes, ''))
        assert.equal(model.name, 'photo-net')
      })
    })
  }
})
