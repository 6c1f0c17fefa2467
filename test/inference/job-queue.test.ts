import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { PhotoError } from '../../inference'
import type { ClassifyOptions, Job } from '../../inference/job'
import { createJobQueue, type JobQueue } from '../../inference/job-queue'
import type { Classification } from '../../inference/prediction'
import { until } from '../helpers/until'

const ONE_MINUTE_MS = 60_000
/** Long enough for a busy machine not to pass it between two lines. */
const LIMIT_MS = 250

const photo = (value: number): Uint8Array => Uint8Array.of(value)
const valuesOf = (jobs: readonly Job[]): (number | undefined)[] => jobs.map((job) => job.photo[0])

/** A queue and the outcome of each photo that was added, once there is one. */
function createObserved(options: Partial<Parameters<typeof createJobQueue>[0]> = {}) {
  const queue = createJobQueue({ maxQueue: 100, workers: 1, maxTimeMs: ONE_MINUTE_MS, ...options })
  const outcomes = new Map<number, unknown>()
  const add = (value: number, options?: ClassifyOptions): void => {
    queue.add(photo(value), options).then(
      (classification) => outcomes.set(value, classification),
      (error: unknown) => outcomes.set(value, error),
    )
  }
  const addAll = (...values: readonly number[]): void => {
    for (const value of values) add(value)
  }
  /** Lets what was resolved or rejected reach `outcomes`. */
  const settled = async (): Promise<typeof outcomes> => {
    await new Promise(setImmediate)
    return outcomes
  }
  return { queue, add, addAll, settled }
}

const classificationOf = (label: string): Classification => ({
  prediction: { label, probability: 1, probabilities: { [label]: 1 } },
  timings: { queueMs: 0, decodeMs: 0, predictMs: 0, totalMs: 0 },
})

const codeOf = (error: unknown): unknown => (error instanceof PhotoError ? error.code : error)

describe('a job queue', () => {
  it('gives photos in the order of their arrival', () => {
    const { queue, addAll } = createObserved()
    addAll(1, 2, 3, 4, 5)
    assert.deepEqual(valuesOf(queue.take(3)), [1, 2, 3])
    addAll(6)
    assert.deepEqual(valuesOf(queue.take(3)), [4, 5, 6])
    assert.deepEqual(queue.take(3), [])
  })

  it('knows how many wait', () => {
    const { queue, addAll } = createObserved()
    assert.equal(queue.length, 0)
    addAll(1, 2, 3)
    assert.equal(queue.length, 3)
    queue.take(2)
    assert.equal(queue.length, 1)
  })

  for (const [waiting, workers, maxBatch, share] of [
    [1, 1, 8, 1],
    [8, 1, 8, 8],
    [9, 1, 8, 8],
    [1, 2, 8, 1],
    [2, 2, 8, 1],
    [3, 2, 8, 2],
    [16, 2, 8, 8],
    [20, 2, 8, 8],
    [7, 3, 8, 3],
    [5, 1, 1, 1],
    [0, 2, 8, 0],
  ] as const) {
    it(`gives one of ${String(workers)} workers ${String(share)} of ${String(waiting)} photos, at most ${String(maxBatch)}`, () => {
      const { queue, addAll } = createObserved({ workers })
      addAll(...Array.from({ length: waiting }, (_, at) => at))
      assert.equal(queue.take(maxBatch).length, share)
      assert.equal(queue.length, waiting - share)
    })
  }

  it('puts no more bytes into a batch than 256 KiB, and takes a photo that is larger alone', () => {
    const { queue } = createObserved()
    for (const kib of [100, 100, 56, 1, 300, 300, 10]) {
      queue.add(new Uint8Array(kib * 1024)).catch(() => undefined)
    }
    const sizes = Array.from({ length: 4 }, () =>
      queue.take(8).map(({ photo }) => photo.length / 1024),
    )
    assert.deepEqual(sizes, [[100, 100, 56], [1], [300], [300]])
  })

  it('answers each photo with what its job is resolved or rejected with', async () => {
    const { queue, addAll, settled } = createObserved()
    addAll(1, 2)
    const [first, second] = queue.take(2)
    const error = new PhotoError('CORRUPT_PHOTO', 'broken')
    second?.reject(error)
    first?.resolve(classificationOf('menu'))
    assert.deepEqual(
      await settled(),
      new Map<number, unknown>([
        [1, classificationOf('menu')],
        [2, error],
      ]),
    )
  })

  it('notes when a photo was added, on the clock of performance.now()', () => {
    const { queue, add } = createObserved()
    const before = performance.now()
    add(1)
    const { addedAt } = queue.take(1)[0]!
    assert.ok(before <= addedAt && addedAt <= performance.now())
  })

  describe('that is full', () => {
    it('refuses one photo more, and takes it once there is room', async () => {
      const { queue, addAll, settled } = createObserved({ maxQueue: 2 })
      assert.equal(queue.refusalOf(0), undefined)
      addAll(1)
      assert.equal(queue.refusalOf(0), undefined)
      addAll(2)
      assert.equal(codeOf(queue.refusalOf(0)), 'OVERLOADED')
      addAll(3)
      assert.equal(codeOf((await settled()).get(3)), 'OVERLOADED')
      assert.equal(queue.length, 2)
      assert.deepEqual(valuesOf(queue.take(2)), [1, 2])
      assert.equal(queue.refusalOf(0), undefined)
      addAll(4)
      assert.deepEqual(valuesOf(queue.take(9)), [4])
    })

    /** How many of nine are taken. */
    function fill({ queue, addAll }: ReturnType<typeof createObserved>): number {
      const before = queue.length
      addAll(1, 2, 3, 4, 5, 6, 7, 8, 9)
      return queue.length - before
    }

    it('takes a quarter only after it was', () => {
      const observed = createObserved({ maxQueue: 8 })
      const { queue } = observed
      assert.equal(fill(observed), 8)
      queue.take(6)
      assert.equal(codeOf(queue.refusalOf(0)), 'OVERLOADED')
      queue.take(1)
      assert.equal(fill(observed), 1)
      queue.take(2)
      assert.equal(fill(observed), 2)
    })

    it('takes as many as before after a while', async () => {
      const observed = createObserved({ maxQueue: 8, crowdedMs: 1 })
      assert.equal(fill(observed), 8)
      await until(() => {
        observed.queue.take(9)
        return Promise.resolve(fill(observed) === 8 || undefined)
      })
    })

    it('was so for one model, and is as long as before for another', () => {
      const { queue, addAll, add } = createObserved({ maxQueue: 4 })
      addAll(1, 2, 3, 4, 5)
      assert.equal(codeOf(queue.refusalOf(0)), 'OVERLOADED')
      for (let i = 0; i < 4; i++) {
        assert.equal(queue.refusalOf(1), undefined)
        add(9, { model: 1 })
      }
      assert.equal(codeOf(queue.refusalOf(1)), 'OVERLOADED')
    })

    for (const { name, batches, workers, retryAfterSeconds } of [
      { name: 'nothing is known', batches: [], workers: 1, retryAfterSeconds: 1 },
      { name: 'photos are fast', batches: [[10, 1]], workers: 1, retryAfterSeconds: 1 },
      { name: 'a photo takes 2 s', batches: [[2000, 1]], workers: 1, retryAfterSeconds: 6 },
      { name: 'a batch of 4 takes 8 s', batches: [[8000, 4]], workers: 1, retryAfterSeconds: 6 },
      {
        name: 'two workers share the work',
        batches: [[2000, 1]],
        workers: 2,
        retryAfterSeconds: 3,
      },
      {
        name: 'a photo that took 2 s is followed by one of 12 s, which counts for a tenth',
        batches: [
          [2000, 1],
          [12_000, 1],
        ],
        workers: 1,
        retryAfterSeconds: 9,
      },
    ] as const) {
      it(`says to try again after ${String(retryAfterSeconds)} s where ${name}`, () => {
        const { queue, addAll } = createObserved({ maxQueue: 2, workers })
        for (const [batchMs, photos] of batches) queue.learn(batchMs, photos)
        addAll(1, 2)
        assert.equal(queue.refusalOf(0)?.retryAfterSeconds, retryAfterSeconds)
      })
    }
  })

  describe('with photos that must be alone', () => {
    function createWithAlone(values: readonly number[], ...alone: readonly number[]): JobQueue {
      const { queue, addAll } = createObserved()
      addAll(...values)
      const jobs = queue.take(values.length)
      for (const job of jobs) job.alone = alone.includes(job.photo[0]!)
      queue.putBack(jobs)
      return queue
    }

    it('gives each by itself', () => {
      const queue = createWithAlone([1, 2], 1, 2)
      assert.deepEqual(valuesOf(queue.take(8)), [1])
      assert.deepEqual(valuesOf(queue.take(8)), [2])
    })

    it('gives those before them together, without them', () => {
      const queue = createWithAlone([1, 2, 3, 4, 5], 3)
      assert.deepEqual(valuesOf(queue.take(8)), [1, 2])
      assert.deepEqual(valuesOf(queue.take(8)), [3])
      assert.deepEqual(valuesOf(queue.take(8)), [4, 5])
    })
  })

  describe('for several models', () => {
    const [A, B, C] = [{ model: 0 }, { model: 1 }, { model: 2 }]

    /** Values from 1 on, one for each model in the list. */
    function createMixed(models: readonly ClassifyOptions[], workers = 1): JobQueue {
      const { queue, add } = createObserved({ workers })
      for (const [at, options] of models.entries()) add(at + 1, options)
      return queue
    }

    it('gives the photo that waits longest, with others for its model only', () => {
      const queue = createMixed([A, B, A, A, B, C])
      assert.deepEqual(valuesOf(queue.take(8)), [1, 3, 4])
      assert.deepEqual(valuesOf(queue.take(8)), [2, 5])
      assert.deepEqual(valuesOf(queue.take(8)), [6])
      assert.deepEqual(queue.take(8), [])
    })

    it('lets no model wait for the end of the queue of another', () => {
      const queue = createMixed([A, A, B, ...Array<typeof A>(30).fill(A)])
      assert.deepEqual(valuesOf(queue.take(4)), [1, 2, 4, 5])
      assert.deepEqual(valuesOf(queue.take(4)), [3])
      assert.deepEqual(valuesOf(queue.take(4)), [6, 7, 8, 9])
    })

    it('gives a worker its share of all that wait', () => {
      const queue = createMixed([A, B, A, B, A, B, A, B], 2)
      assert.deepEqual(valuesOf(queue.take(8)), [1, 3, 5, 7])
      assert.deepEqual(valuesOf(queue.take(8)), [2, 4])
    })

    it('tells of each photo its model and how many labels it wants', () => {
      const queue = createMixed([{}, { model: 1, top: 3 }])
      const jobs = [...queue.take(8), ...queue.take(8)]
      assert.deepEqual(
        jobs.map(({ model, top }) => ({ model, top })),
        [
          { model: 0, top: undefined },
          { model: 1, top: 3 },
        ],
      )
    })

    it('refuses a model whose photos fill it, and no other', async () => {
      const { queue, add, settled } = createObserved({ maxQueue: 2 })
      for (const value of [1, 2, 3]) add(value, A)
      add(4, B)
      assert.equal(codeOf(queue.refusalOf(0)), 'OVERLOADED')
      assert.equal(queue.refusalOf(1), undefined)
      assert.deepEqual([...(await settled()).keys()], [3])
      assert.equal(queue.length, 3)
    })
  })

  describe('that photos are put back to', () => {
    it('gives them first, in their order', () => {
      const { queue, addAll } = createObserved()
      addAll(1, 2, 3, 4)
      queue.putBack(queue.take(2))
      assert.deepEqual(valuesOf(queue.take(8)), [1, 2, 3, 4])
    })

    it('takes them though it is full', async () => {
      const { queue, addAll, settled } = createObserved({ maxQueue: 2 })
      addAll(1, 2)
      const jobs = queue.take(2)
      addAll(3, 4)
      queue.putBack(jobs)
      assert.equal((await settled()).size, 0)
      assert.deepEqual(valuesOf(queue.take(8)), [1, 2, 3, 4])
    })

    it('refuses them once it is closed', async () => {
      const { queue, addAll, settled } = createObserved()
      addAll(1, 2)
      const jobs = queue.take(2)
      queue.clear()
      queue.putBack(jobs)
      assert.deepEqual([...(await settled()).values()].map(codeOf), ['OVERLOADED', 'OVERLOADED'])
      assert.equal(queue.length, 0)
    })
  })

  describe('with a signal', () => {
    it('lets go of a photo when its signal aborts, which makes room', async () => {
      const { queue, add, addAll, settled } = createObserved({ maxQueue: 3, crowdedMs: 0 })
      const controller = new AbortController()
      addAll(1)
      add(2, { signal: controller.signal })
      addAll(3)
      assert.equal(codeOf(queue.refusalOf(0)), 'OVERLOADED')
      controller.abort()
      assert.equal(queue.refusalOf(0), undefined)
      assert.deepEqual([...(await settled())], [[2, controller.signal.reason]])
      addAll(4)
      assert.deepEqual(valuesOf(queue.take(8)), [1, 3, 4])
    })

    it('takes no photo whose signal has aborted', async () => {
      const { queue, add, settled } = createObserved()
      const reason = new Error('gone')
      add(1, { signal: AbortSignal.abort(reason) })
      assert.equal(queue.length, 0)
      assert.deepEqual([...(await settled())], [[1, reason]])
    })

    it('keeps a photo whose signal stays silent', () => {
      const { queue, add } = createObserved()
      add(1, { signal: new AbortController().signal })
      assert.deepEqual(valuesOf(queue.take(8)), [1])
    })

    it('gives an aborted photo up even when its batch runs, and ignores its end', async () => {
      const { queue, add, settled } = createObserved()
      const controller = new AbortController()
      add(1, { signal: controller.signal })
      const [job] = queue.take(1)
      controller.abort()
      job?.resolve(classificationOf('menu'))
      assert.deepEqual([...(await settled())], [[1, controller.signal.reason]])
    })

    it('listens to a signal no longer than it needs to', async () => {
      const { queue, add, settled } = createObserved()
      const signal = new AbortController().signal
      const listening = (): number => getEventListeners(signal, 'abort').length
      add(1, { signal })
      add(2, { signal })
      assert.equal(listening(), 2)
      const [first, second] = queue.take(2)
      first?.resolve(classificationOf('menu'))
      second?.reject(new Error('broken'))
      await settled()
      assert.equal(listening(), 0)
    })
  })

  describe('with a time limit', () => {
    it('fails photos that have waited longer, and gives the others', async () => {
      const { queue, addAll, settled } = createObserved({ maxTimeMs: LIMIT_MS })
      addAll(1, 2)
      waitLongerThan(LIMIT_MS)
      addAll(3)
      assert.deepEqual(valuesOf(queue.take(8)), [3])
      const outcomes = await settled()
      assert.deepEqual([...outcomes.keys()], [1, 2])
      for (const error of outcomes.values()) {
        assert.equal(codeOf(error), 'TIMED_OUT')
        assert.match(String(error), /was not classified within 250 ms/)
      }
    })

    it('fails what is late while nobody takes anything', async () => {
      const { queue } = createObserved({ maxTimeMs: LIMIT_MS })
      await assert.rejects(queue.add(new Uint8Array(1)), { code: 'TIMED_OUT' })
      assert.equal(queue.length, 0)
    })

    it('shares out only what is not late', () => {
      const { queue, addAll } = createObserved({ maxTimeMs: LIMIT_MS, workers: 2 })
      addAll(1, 2, 3, 4)
      waitLongerThan(LIMIT_MS)
      addAll(5, 6)
      assert.deepEqual(valuesOf(queue.take(8)), [5])
    })

    it('fails what it is told has taken too long', async () => {
      const { queue, addAll, settled } = createObserved()
      addAll(1, 2)
      queue.expire(queue.take(1))
      assert.deepEqual(
        [...(await settled())].map(([value, error]) => [value, codeOf(error)]),
        [[1, 'TIMED_OUT']],
      )
      assert.equal(queue.length, 1)
    })
  })

  describe('that is cleared', () => {
    it('refuses what waits and whatever comes', async () => {
      const { queue, addAll, settled } = createObserved()
      addAll(1, 2)
      queue.clear()
      assert.equal(queue.length, 0)
      assert.equal(codeOf(queue.refusalOf(0)), 'OVERLOADED')
      addAll(3)
      assert.deepEqual(
        [...(await settled())].map(([value, error]) => [value, codeOf(error)]),
        [
          [1, 'OVERLOADED'],
          [2, 'OVERLOADED'],
          [3, 'OVERLOADED'],
        ],
      )
      assert.deepEqual(queue.take(8), [])
    })

    it('leaves alone what was taken before', async () => {
      const { queue, addAll, settled } = createObserved()
      addAll(1)
      const [job] = queue.take(1)
      queue.clear()
      job?.resolve(classificationOf('menu'))
      assert.deepEqual([...(await settled())], [[1, classificationOf('menu')]])
    })
  })
})

/** Until the clock the queue goes by says so; nothing else runs meanwhile. */
function waitLongerThan(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() <= end);
}
