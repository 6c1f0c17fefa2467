import assert from 'node:assert/strict'
import { on } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import type { Worker } from 'node:worker_threads'
import { DEFAULT_LIMITS, loadDecoder, loadEngine, PhotoError } from '../../inference'
import { CODECS_FOLDER } from '../../inference/decoder'
import { createClassifier, type PhotoOutcome } from '../../inference/classify'
import { createPool, type Pool, type PoolOptions } from '../../inference/pool'
import type { LayersModel } from '../../inference/model'
import type { Classification } from '../../inference/prediction'
import { badPhotos } from '../fixtures/bad-photos'
import { goodPhotos, type FixturePhoto } from '../fixtures/good-photos'
import { DEADLY_PHOTO, DYING_THREADS, HIDDEN_PACKAGES } from '../helpers/fragility'
import { createOnnx, toOnnxModel } from '../helpers/onnx-model'
import { skipUnless } from '../helpers/optional'
import { createSlowPhoto } from '../helpers/slow-photo'
import { whyNoTensorflow } from '../helpers/tensorflow'
import { useFragileWorker } from '../helpers/use-fragile-worker'
import { useTinyModel } from '../helpers/use-tiny-model'

type Settled = PromiseSettledResult<Classification>

describe('a pool', () => {
  const tiny = useTinyModel()
  const workerFile = useFragileWorker()
  const pools = new Set<Pool>()
  /** Every thread that was started since the test began. */
  let threads: Worker[]
  let good: readonly FixturePhoto[]

  const watch = (thread: Worker): void => void threads.push(thread)
  before(async () => {
    good = await goodPhotos()
  })
  beforeEach(() => {
    threads = []
    process.on('worker', watch)
  })
  afterEach(async () => {
    process.off('worker', watch)
    Reflect.deleteProperty(process.env, HIDDEN_PACKAGES)
    Reflect.deleteProperty(process.env, DYING_THREADS)
    await Promise.all([...pools].map((pool) => pool.close()))
    pools.clear()
  })

  const bytesOf = (name: string): Uint8Array =>
    good.find((photo) => photo.name === name)?.bytes ?? assert.fail(`there is no ${name}`)

  async function open(options: Partial<PoolOptions> = {}): Promise<Pool> {
    const pool = await createPool({
      workerFile: workerFile(),
      models: [tiny().model],
      engine: 'onnx',
      decoder: 'sharp',
      limits: DEFAULT_LIMITS,
      maxBatch: 8,
      workers: 1,
      maxQueue: 100,
      ...options,
    })
    pools.add(pool)
    return pool
  }

  /** Sends the photos at once. */
  const burst = (pool: Pool, photos: readonly Uint8Array[]): Promise<Settled[]> =>
    Promise.allSettled(photos.map((photo) => pool.classify(photo)))

  const small = (): Uint8Array => bytesOf('small-1.jpg')

  describe('with two workers', () => {
    it('answers a burst as a classifier answers one by one, good and bad photos alike', async () => {
      const some = good.filter(({ name }) => !/large|medium/.test(name)).slice(0, 28)
      const photos = interleave([...some, ...(await badPhotos()).slice(0, 12)], 7)
      assert.equal(photos.length, 40)
      const pool = await open({ workers: 2 })
      const settled = await burst(pool, photos)
      const expected = await classifyOneByOne(photos)
      for (const [at, outcome] of expected.entries()) assertSame(settled[at]!, outcome)
      assert.equal(pool.inFlight, 0)
      assert.equal(pool.queued, 0)
    })

    it('says what it is made of', async () => {
      const pool = await open({ workers: 2, engine: 'auto', decoder: 'auto' })
      assert.equal(pool.engine.name, 'onnx')
      assert.match(pool.engine.version, /^\d+\.\d+\.\d+/)
      assert.equal(pool.decoder.name, 'sharp')
      assert.match(pool.decoder.version, /^\d+\.\d+\.\d+/)
      assert.equal(pool.workersAlive, 2)
    })

    it('gives each worker its share', async () => {
      const pool = await open({ workers: 2, maxBatch: 1 })
      const settled = burst(pool, [small(), small(), small()])
      assert.equal(pool.inFlight, 2)
      assert.equal(pool.queued, 1)
      assert.deepEqual(statesOf(await settled), ['fulfilled', 'fulfilled', 'fulfilled'])
    })
  })

  it('answers a lone photo, whether another comes or not', async () => {
    const pool = await open()
    const classified = pool.classify(small())
    assert.equal(pool.inFlight, 1)
    assert.equal(pool.queued, 0)
    const { prediction, timings } = await classified
    assert.ok(prediction.label in prediction.probabilities)
    const { queueMs, decodeMs, predictMs, totalMs } = timings
    assert.ok(Math.abs(queueMs + decodeMs + predictMs - totalMs) < 1e-6)
    assert.ok(queueMs >= 0 && decodeMs > 0 && predictMs > 0)
    assert.equal(pool.inFlight, 0)
  })

  for (const [decoder, expected] of [
    ['turbo', [1, 4, 4, 1]],
    ['sharp', [1, 4, 4, 1]],
    ['wasm', Array<number>(10).fill(1)],
  ] as const) {
    it(`puts together what came while its worker was busy, where ${decoder} makes that worth it`, async () => {
      const pool = await open({ maxBatch: 4, decoder, codecsFolder: CODECS_FOLDER })
      const settled = await burst(pool, Array<Uint8Array>(10).fill(small()))
      // Photos of a batch share the time of its prediction to the last digit.
      const times = settled.map((outcome) =>
        outcome.status === 'fulfilled' ? outcome.value.timings.predictMs : 0,
      )
      const batches = [...new Set(times)].map(
        (time) => times.filter((other) => other === time).length,
      )
      assert.deepEqual(batches, expected)
    })
  }

  it('refuses what exceeds its queue at once, and works on', async () => {
    const pool = await open({ maxQueue: 1 })
    assert.equal(refusalOf(pool), undefined)
    const settled = burst(pool, Array<Uint8Array>(10).fill(small()))
    assert.equal(refusalOf(pool), 'OVERLOADED')
    assert.equal(pool.inFlight, 1)
    assert.equal(pool.queued, 1)
    const [first, second, ...others] = await settled
    assert.deepEqual([first?.status, second?.status], ['fulfilled', 'fulfilled'])
    for (const other of others) {
      const { code, retryAfterSeconds } = photoErrorOf(other)
      assert.equal(code, 'OVERLOADED')
      assert.ok(retryAfterSeconds !== undefined && retryAfterSeconds >= 1)
    }
    assert.equal(refusalOf(pool), undefined)
    assert.ok(await pool.classify(small()))
  })

  describe('with a signal', () => {
    it('takes an aborted photo out of its queue, which makes room', async () => {
      const pool = await open({ maxQueue: 1 })
      const controller = new AbortController()
      const first = pool.classify(small())
      const second = pool.classify(small(), { signal: controller.signal })
      controller.abort()
      assert.equal(pool.queued, 0)
      const third = pool.classify(small())
      await assert.rejects(second, { name: 'AbortError' })
      assert.deepEqual(statesOf(await Promise.allSettled([first, third])), [
        'fulfilled',
        'fulfilled',
      ])
    })

    it('takes no photo that was aborted before', async () => {
      const pool = await open()
      const classified = pool.classify(small(), { signal: AbortSignal.abort() })
      assert.equal(pool.inFlight, 0)
      await assert.rejects(classified, { name: 'AbortError' })
    })

    it('lets go of a photo that is aborted while it is worked on, and works on', async () => {
      const pool = await open()
      const controller = new AbortController()
      const first = pool.classify(small(), { signal: controller.signal })
      assert.equal(pool.inFlight, 1)
      controller.abort()
      await assert.rejects(first, { name: 'AbortError' })
      assert.ok(await pool.classify(small()))
      assert.equal(pool.inFlight, 0)
    })
  })

  describe('with several models', () => {
    /** The same network with other labels, so that answers tell which one made them. */
    const other = (): LayersModel => {
      const { model } = tiny()
      const labels = model.card.labels.map((label) => `other ${label}`)
      return { ...model, card: { ...model.card, name: 'other', labels } }
    }
    const openBoth = (options: Partial<PoolOptions> = {}): Promise<Pool> =>
      open({ models: [tiny().model, other()], ...options })

    it('answers each photo by the model that it is for, alone and in batches', async () => {
      const pool = await openBoth({ workers: 2 })
      const settled = await Promise.all(
        Array.from({ length: 20 }, (_, at) => pool.classify(small(), { model: at % 2 })),
      )
      const [first] = settled
      for (const [at, { prediction }] of settled.entries()) {
        const prefix = at % 2 === 0 ? '' : 'other '
        assert.equal(prediction.label, prefix + first!.prediction.label)
        assert.ok(Math.abs(prediction.probability - first!.prediction.probability) < 1e-5)
      }
    })

    for (const engine of ['tensorflow', 'wasm'] as const) {
      it(`has them all in one thread on ${engine}`, async function () {
        if (engine === 'tensorflow') skipUnless(this, whyNoTensorflow())
        const pool = await openBoth({ engine })
        const settled = await Promise.all([1, 0].map((model) => pool.classify(small(), { model })))
        const [theirs, ours] = settled.map(({ prediction }) => prediction)
        assert.equal(theirs?.label, `other ${ours?.label ?? ''}`)
        assert.equal(theirs.probability, ours?.probability)
      })
    }

    it('puts only photos of one model together', async () => {
      const pool = await openBoth({ maxBatch: 8 })
      // The worker takes the first at once; of the rest each model's are a batch.
      const models = [0, 0, 1, 0, 1, 0, 1]
      const settled = await Promise.all(models.map((model) => pool.classify(small(), { model })))
      const times = settled.map(({ timings }) => timings.predictMs)
      const batchOf = (at: number): number[] =>
        models.flatMap((_, other) => (times[other] === times[at] ? [other] : []))
      assert.deepEqual(batchOf(0), [0])
      assert.deepEqual(batchOf(1), [1, 3, 5])
      assert.deepEqual(batchOf(2), [2, 4, 6])
    })

    it('tells as many labels as are asked for', async () => {
      const pool = await openBoth()
      const { prediction } = await pool.classify(small(), { model: 1, top: 2 })
      assert.equal(Object.keys(prediction.probabilities).length, 2)
    })

    it('refuses photos for one model and takes those for the other', async () => {
      const pool = await openBoth({ maxQueue: 1 })
      const settled = Promise.allSettled(
        [0, 0, 0, 1, 1].map((model) => pool.classify(small(), { model })),
      )
      assert.equal(pool.refusalOf(0)?.code, 'OVERLOADED')
      const statuses = statesOf(await settled)
      assert.deepEqual(statuses, ['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'rejected'])
    })

    it('has all of them again in a thread that takes the place of another', async () => {
      const pool = await openBoth()
      await threads[0]?.terminate()
      for (const model of [1, 0]) assert.ok(await pool.classify(small(), { model }))
      assert.equal(threads.length, 2)
    })

    it('measures what each of them costs', async () => {
      const { growths } = await openBoth()
      assert.equal(growths.length, 2)
      assert.ok(growths.every((growth) => Number.isInteger(growth) && growth >= 0))
      // The thread, sharp and ONNX Runtime.
      assert.ok(growths[0]! > 1e6)
    })

    it('cannot start where one of them is at fault, says which, and ends its threads', async () => {
      const broken = { ...other(), weights: tiny().model.weights.subarray(8) }
      await assert.rejects(open({ models: [tiny().model, broken], workers: 2 }), {
        name: 'LoadError',
        code: 'MODEL_INVALID',
        message: /^model other: the model's weights end within weight/,
      })
      assert.equal(threads.length, 2)
      for (const { threadId } of threads) assert.equal(threadId, -1, 'the thread has ended')
    })

    it('cannot start where one is an ONNX file and there is no ONNX Runtime', async () => {
      process.env[HIDDEN_PACKAGES] = 'onnxruntime-node @tensorflow/tfjs-node'
      const onnx = toOnnxModel(createOnnx())
      await assert.rejects(open({ models: [tiny().model, onnx], engine: 'auto' }), {
        name: 'LoadError',
        code: 'ENGINE_UNAVAILABLE',
        message:
          /^no engine could be loaded \(onnx: Cannot find .*; wasm: model colours is an ONNX file, which only the engine onnx runs\)$/,
      })
    })
  })

  describe('that loses a worker', () => {
    it('tells so, and that another cannot be started yet', async () => {
      const reasons: string[] = []
      const pool = await open({ onWorkerLost: (reason) => reasons.push(reason) })
      await burst(pool, [DEADLY_PHOTO])
      await until(() => pool.workersAlive === 1)
      // It was tried twice.
      const lost = 'a worker thread ended with code 1'
      assert.deepEqual(reasons, [lost, lost])
      process.env[HIDDEN_PACKAGES] = 'sharp'
      await threads.at(-1)?.terminate()
      await until(() => reasons.length > 3)
      assert.deepEqual(
        reasons[3],
        "no worker thread could be started: no decoder could be loaded (sharp: Cannot find module 'sharp')",
      )
    })

    it('tells nothing of threads that end because it is closed', async () => {
      const reasons: string[] = []
      const pool = await open({ onWorkerLost: (reason) => reasons.push(reason) })
      await pool.close()
      assert.deepEqual(reasons, [])
    })

    it('starts another and answers all the same', async () => {
      const pool = await open({ workers: 1 })
      const settled = burst(pool, Array<Uint8Array>(5).fill(small()))
      assert.equal(pool.inFlight, 1)
      await threads[0]?.terminate()
      assert.equal(pool.workersAlive, 0)
      assert.deepEqual(statesOf(await settled), Array(5).fill('fulfilled'))
      assert.equal(pool.workersAlive, 1)
      assert.equal(threads.length, 2)
    })

    it('loses nothing where the worker had nothing to do', async () => {
      const pool = await open({ workers: 1 })
      await threads[0]?.terminate()
      assert.ok(await pool.classify(small()))
    })

    it('goes on with the other workers meanwhile', async () => {
      const pool = await open({ workers: 2 })
      await threads[0]?.terminate()
      assert.equal(pool.workersAlive, 1)
      assert.ok(await pool.classify(small()))
    })

    it('gives each photo of its batch one more try by itself, so that only the deadly one fails', async () => {
      const pool = await open({ maxBatch: 8 })
      const photos = [small(), small(), DEADLY_PHOTO, bytesOf('rgb.png'), new Uint8Array(0)]
      const settled = await burst(pool, photos)
      const statuses = ['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'rejected']
      assert.deepEqual(statesOf(settled), statuses)
      // Not the sender's fault but ours: no PhotoError.
      assert.match(String(reasonOf(settled[2])), /^WorkerLost: a worker thread ended with code 1$/)
      assert.equal(photoErrorOf(settled[4]).code, 'EMPTY_PHOTO')
      assert.ok(await pool.classify(small()))
      assert.equal(pool.inFlight, 0)
    })

    it('survives one deadly photo after the other', async () => {
      const pool = await open({ workers: 2 })
      for (let round = 0; round < 3; round += 1) {
        const [deadly, sound] = await burst(pool, [DEADLY_PHOTO, small()])
        assert.equal(deadly?.status, 'rejected')
        assert.equal(sound?.status, 'fulfilled')
      }
    })

    it('tries again until a worker starts', async () => {
      const pool = await open()
      process.env[HIDDEN_PACKAGES] = 'sharp'
      await threads[0]?.terminate()
      const classified = pool.classify(small())
      // The second and third thread found no decoder.
      await until(() => threads.length > 3)
      assert.equal(pool.workersAlive, 0)
      Reflect.deleteProperty(process.env, HIDDEN_PACKAGES)
      assert.ok(await classified)
      assert.equal(pool.workersAlive, 1)
    })
  })

  it('ends a worker that takes too long, and answers the next photo', async () => {
    const limits = { ...DEFAULT_LIMITS, maxTimeMs: 200 }
    const reasons: string[] = []
    const onWorkerLost = (reason: string): void => void reasons.push(reason)
    const pool = await open({ decoder: 'wasm', limits, onWorkerLost })
    const [slow] = await burst(pool, [await createSlowPhoto()])
    assert.deepEqual(reasons, ['a worker thread did not answer within 1200 ms'])
    assert.equal(photoErrorOf(slow).code, 'TIMED_OUT')
    assert.match(photoErrorOf(slow).message, /within 200 ms/)
    // At once, not when another worker is there.
    assert.equal(pool.workersAlive, 0)
    await until(() => pool.workersAlive === 1)
    assert.ok(await pool.classify(small()))
  })

  describe('that is closed', () => {
    it('finishes what runs, refuses what waits and whatever comes, and ends its threads', async () => {
      const pool = await open({ workers: 2 })
      const ended = threads.map((thread) => on(thread, 'exit')[Symbol.asyncIterator]().next())
      const settled = burst(pool, Array<Uint8Array>(5).fill(bytesOf('medium.jpg')))
      assert.equal(pool.inFlight, 2)
      await pool.close()
      const [first, second, ...others] = await settled
      assert.deepEqual([first?.status, second?.status], ['fulfilled', 'fulfilled'])
      for (const other of others) assert.equal(photoErrorOf(other).code, 'OVERLOADED')
      await Promise.all(ended)
      assert.equal(pool.workersAlive, 0)
      assert.equal(refusalOf(pool), 'OVERLOADED')
      await assert.rejects(pool.classify(small()), { code: 'OVERLOADED' })
      assert.equal(threads.length, 2)
    })

    it('may be closed again', async () => {
      const pool = await open()
      await pool.close()
      await pool.close()
      assert.equal(pool.workersAlive, 0)
    })

    it('starts no thread for one that it lost', async () => {
      const pool = await open()
      const [thread] = threads
      const closed = Promise.all([thread?.terminate(), pool.close()])
      await closed
      assert.equal(pool.workersAlive, 0)
      assert.equal(threads.length, 1)
    })

    it('ends a thread that was being started', async () => {
      const pool = await open()
      await threads[0]?.terminate()
      await until(() => threads.length === 2)
      const ended = new Promise((resolve) => threads[1]?.once('exit', resolve))
      await pool.close()
      await ended
      assert.equal(pool.workersAlive, 0)
    })
  })

  describe('that cannot start', () => {
    for (const { choice, hidden, code, message } of [
      {
        choice: { decoder: 'sharp' },
        hidden: 'sharp',
        code: 'DECODER_UNAVAILABLE',
        message: /\(sharp: Cannot find module 'sharp'\)$/,
      },
      {
        choice: { decoder: 'auto' },
        hidden: 'sharp @jsquash jimp',
        code: 'DECODER_UNAVAILABLE',
        message: /sharp: .*'sharp'; wasm: .*@jsquash.*; jimp: .*'jimp'\)$/,
      },
      {
        choice: { engine: 'onnx' },
        hidden: 'onnxruntime-node',
        code: 'ENGINE_UNAVAILABLE',
        message: /\(onnx: Cannot find module 'onnxruntime-node'\)$/,
      },
      {
        choice: { engine: 'auto' },
        hidden: 'onnxruntime-node @tensorflow',
        code: 'ENGINE_UNAVAILABLE',
        message: /onnx: .*'onnxruntime-node'; tensorflow: .*tfjs.*; wasm: .*tfjs-core'\)$/,
      },
    ] as const) {
      it(`says what it could not load: ${JSON.stringify(choice)} without ${hidden}`, async () => {
        process.env[HIDDEN_PACKAGES] = hidden
        await assert.rejects(open(choice), { name: 'LoadError', code, message })
      })
    }

    it('ends the threads that did start', async () => {
      process.env[DYING_THREADS] = 'even'
      await assert.rejects(open({ workers: 2 }), /a worker thread ended with code 1/)
      assert.equal(threads.length, 2)
      for (const { threadId } of threads) assert.equal(threadId, -1, 'the thread has ended')
    })

    it('takes no fewer than one worker', async () => {
      await assert.rejects(open({ workers: 0 }), RangeError)
    })
  })

  describe('whose first choice is not there', () => {
    for (const [hidden, engine, decoder] of [
      ['onnxruntime-node @tensorflow/tfjs-node', 'wasm', 'sharp'],
      ['sharp', 'onnx', 'wasm'],
      ['sharp @jsquash', 'onnx', 'jimp'],
    ] as const) {
      it(`takes the next and says which: ${engine} and ${decoder} without ${hidden}`, async () => {
        process.env[HIDDEN_PACKAGES] = hidden
        const pool = await open({ engine: 'auto', decoder: 'auto' })
        assert.equal(pool.engine.name, engine)
        assert.equal(pool.decoder.name, decoder)
        assert.ok(await pool.classify(small()))
      })
    }
  })

  it('starts threads of tensorflow one after the other, also where it is a second choice', async function () {
    skipUnless(this, whyNoTensorflow())
    process.env[HIDDEN_PACKAGES] = 'onnxruntime-node'
    const events: string[] = []
    const record = (thread: Worker): void => {
      const number = threads.indexOf(thread)
      events.push(`${number} starts`)
      thread.once('message', ({ state }: { readonly state: string }) => {
        events.push(`${number} is ${state}`)
      })
    }
    process.on('worker', record)
    try {
      const pool = await open({ engine: 'auto', workers: 2 })
      assert.equal(pool.engine.name, 'tensorflow')
    } finally {
      process.off('worker', record)
    }
    assert.deepEqual(events.toSorted().slice(0, 4), [
      ...['0 is unavailable', '0 starts', '1 is unavailable', '1 starts'],
    ])
    assert.deepEqual(events.slice(4), ['2 starts', '2 is ready', '3 starts', '3 is ready'])
  })

  it('does not mind another pool beside it', async () => {
    const [one, other] = await Promise.all([open({ workers: 2 }), open({ engine: 'wasm' })])
    const photos = ['small-1.jpg', 'small-2.jpg', 'small-3.jpg', 'rgb.png'].map(bytesOf)
    const [ours, theirs] = await Promise.all([burst(one, photos), burst(other, photos)])
    for (const [at, settled] of ours.entries()) {
      assert.ok(settled.status === 'fulfilled')
      const { prediction } = settled.value
      assertSame(theirs[at]!, { state: 'completed', prediction, decodeMs: 0, predictMs: 0 }, 1e-4)
    }
    await one.close()
    assert.ok(await other.classify(small()))
  })

  async function classifyOneByOne(photos: readonly Uint8Array[]): Promise<PhotoOutcome[]> {
    const { model } = tiny()
    const engine = await loadEngine(model, 'onnx')
    try {
      const decoder = await loadDecoder('sharp')
      const classify = createClassifier({ model, engine, decoder, limits: DEFAULT_LIMITS })
      const outcomes: PhotoOutcome[] = []
      for (const photo of photos) outcomes.push(...(await classify([photo])))
      return outcomes
    } finally {
      await engine.close()
    }
  }
})

/** Takes every nth, then every nth of the rest, so that neighbours come apart. */
function interleave(photos: readonly { readonly bytes: Uint8Array }[], step: number): Uint8Array[] {
  return photos
    .map(({ bytes }, at) => ({ bytes, order: (at % step) * photos.length + at }))
    .sort((a, b) => a.order - b.order)
    .map(({ bytes }) => bytes)
}

const statesOf = (settled: readonly Settled[]): string[] => settled.map(({ status }) => status)

const refusalOf = (pool: Pool): unknown => pool.refusalOf(0)?.code

const reasonOf = (settled: Settled | undefined): unknown =>
  settled?.status === 'rejected' ? settled.reason : assert.fail('it was answered')

function photoErrorOf(settled: Settled | undefined): PhotoError {
  const reason = reasonOf(settled)
  assert.ok(reason instanceof PhotoError, String(reason))
  return reason
}

function assertSame(settled: Settled, expected: PhotoOutcome, tolerance = 1e-6): void {
  if (expected.state === 'failed') {
    const { code, message } = photoErrorOf(settled)
    assert.deepEqual({ code, reason: message }, { code: expected.code, reason: expected.reason })
    return
  }
  assert.ok(settled.status === 'fulfilled')
  const { label, probabilities } = settled.value.prediction
  assert.equal(label, expected.prediction.label)
  for (const [name, probability] of Object.entries(expected.prediction.probabilities)) {
    assert.ok(Math.abs(probability - (probabilities[name] ?? NaN)) < tolerance)
  }
}

/** Lets everything else happen until the condition holds; mocha ends a test that waits in vain. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setTimeout(5)
}
