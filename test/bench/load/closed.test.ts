import assert from 'node:assert/strict'
import { runClosedLoop } from '../../../bench/load/closed'
import type { Load } from '../../../bench/load/load'
import { toObservations } from '../../../bench/load/observations'
import type { Observed } from '../../../bench/load/observations'
import type { Observation, Outcome } from '../../../bench/run'
import { nearestRank } from '../../../bench/statistics/quantile'
import { askBarely } from '../../helpers/bare-client'
import { useFakeHost } from '../../helpers/fake-host'
import { toFakePhotos } from '../../helpers/fake-photos'
import { toDurations, toFakeAnswer } from '../../helpers/fake-target'
import type { Fault } from '../../helpers/fake-target'
import { until } from '../targets/until'

const PHOTOS = toFakePhotos(300)
const REFERENCES = PHOTOS.map(({ bytes }) => toFakeAnswer(bytes))
const ORDER = [...PHOTOS.keys()]
const never = new AbortController().signal
/** For what two processes measure of the same. */
const TRIES = 6

type LoopOptions = Parameters<typeof runClosedLoop>[0]

function load(baseUrl: string, options: Partial<LoopOptions>): Promise<Load> {
  return runClosedLoop({
    baseUrl,
    photos: PHOTOS,
    order: ORDER,
    concurrency: 1,
    timeLimit: 10_000,
    signal: never,
    size: { requests: 100 },
    ...options,
  })
}

const observe = async (baseUrl: string, options: Partial<LoopOptions>): Promise<Observed> =>
  toObservations(await load(baseUrl, options), REFERENCES)

function count(observations: readonly Observation[]): Partial<Record<Outcome, number>> {
  const counts: Partial<Record<Outcome, number>> = {}
  for (const { outcome } of observations) counts[outcome] = (counts[outcome] ?? 0) + 1
  return counts
}

const toMedian = (values: readonly number[]): number =>
  nearestRank(
    [...values].sort((one, other) => one - other),
    0.5,
  )

const timesOf = (observations: readonly Observation[]): number[] =>
  observations.flatMap(({ responseTime }) => responseTime ?? [])

describe('the closed loop', () => {
  const host = useFakeHost()

  describe('against a server that takes 50 ms', () => {
    for (const [concurrency, requests] of [
      [1, 20],
      [5, 101],
      [10, 155],
      [20, 300],
    ] as const) {
      it(`with ${concurrency} at once counts exactly, and times as the server itself does`, async () => {
        const tried: number[] = []
        // What else the machine does only adds, and not each time.
        while (tried.length < TRIES && !tried.some(isNear)) {
          const server = await host().openPaced(50)
          const size = { requests }
          const { observations } = await observe(server.baseUrl, { concurrency, size })
          const record = await server.readRecord()
          assert.equal(observations.length, requests)
          assert.deepEqual(count(observations), { right: requests })
          assert.equal(record.requests, requests)
          assert.equal(record.answers, requests)
          assert.equal(record.connections, concurrency)
          assert.equal(record.mostAtOnce, concurrency)
          const served = toMedian(record.durations)
          assert.ok(served >= 50)
          const more = toMedian(timesOf(observations)) - served
          // Waking who waits takes some machines as long by itself.
          tried.push(isNear(more) ? more : more - (await measureWaking(concurrency)))
        }
        assert.ok(tried.some(isNear), `ms apart: ${tried.join(', ')}`)
      })
    }

    const isNear = (ms: number): boolean => Math.abs(ms) < 0.5

    /** What a client that does nothing else sees beyond the server's own times, ms. */
    async function measureWaking(concurrency: number): Promise<number> {
      const server = await host().openPaced(50)
      const times = await askBarely(server.baseUrl, { concurrency, requests: 20 })
      return toMedian(times) - toMedian((await server.readRecord()).durations)
    }
  })

  it('sends the photos in their order, with their media types, again from the first', async () => {
    const server = await host().open()
    const photos = toFakePhotos(3).map((photo, at) => ({ ...photo, contentType: `image/${at}` }))
    const order = [2, 0, 1]
    const { observations } = await observe(server.baseUrl, { photos, order, size: { requests: 7 } })
    assert.deepEqual(
      observations.map(({ photo }) => photo),
      [2, 0, 1, 2, 0, 1, 2],
    )
    const { contentTypes } = await server.readRecord()
    assert.deepEqual(
      contentTypes,
      [2, 0, 1, 2, 0, 1, 2].map((at) => `image/${at}`),
    )
    assert.deepEqual(count(observations), { right: 7 })
  })

  for (const path of ['', '/', '/function/photos', '/function/photos//']) {
    it(`posts to /classify below the address "${path}"`, async () => {
      const server = await host().open()
      const { answers } = await load(`${server.baseUrl}${path}`, { size: { requests: 2 } })
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200],
      )
    })
  }

  it('joins what the server tells of a request to its row, whichever is answered first', async () => {
    const server = await host().open({ spread: 30, serverTiming: true })
    const { observations } = await observe(server.baseUrl, {
      concurrency: 20,
      size: { requests: 300 },
    })
    assert.deepEqual(count(observations), { right: 300 })
    const order = observations.map(({ photo }) => photo)
    assert.deepEqual(
      [...order].sort((one, other) => one - other),
      ORDER,
    )
    for (const { photo, ...row } of observations) {
      const told = toDurations(PHOTOS[photo]!.bytes)
      assert.equal(row.queueTime, told['queue'])
      assert.equal(row.decodeTime, told['decode'])
      assert.equal(row.predictionTime, told['predict'])
      assert.equal(row.serviceTime, told['total'])
    }
  })

  it('leaves the times of a server that tells none unknown', async () => {
    const server = await host().open()
    const { observations } = await observe(server.baseUrl, { size: { requests: 3 } })
    for (const { queueTime, decodeTime, predictionTime, serviceTime } of observations) {
      assert.deepEqual(
        [queueTime, decodeTime, predictionTime, serviceTime],
        [null, null, null, null],
      )
    }
  })

  describe('counts and names what is answered wrong at every tenth request:', () => {
    const FAULTS: readonly (readonly [Fault, Outcome, RegExp])[] = [
      ['status 500', 'status', /^500: \{"code":"INTERNAL"\}$/],
      ['overloaded 503', 'refused', /^503: /],
      ['HTML page', 'garbage', /It works!/],
      ['truncated JSON', 'garbage', /^no prediction in the answer: /],
      ['other label', 'wrong', /without load$/],
      ['probability off by 0.01', 'wrong', /without load$/],
      ['closed connection', 'unanswered', /^the connection was closed$/],
      ['reset connection', 'unanswered', /ECONNRESET/],
      ['half an answer', 'unanswered', /^the connection was closed$/],
      ['not HTTP', 'unanswered', /^no HTTP: /],
    ]
    for (const [fault, outcome, message] of FAULTS) {
      for (const concurrency of [1, 10]) {
        it(`${fault}, ${concurrency} at once`, async () => {
          const server = await host().open({ fault, every: 10, delay: 1 })
          const { observations, messages } = await observe(server.baseUrl, { concurrency })
          const record = await server.readRecord()
          assert.deepEqual(count(observations), { right: 90, [outcome]: 10 })
          assert.equal(record.requests, 100)
          assert.equal(record.faults, 10)
          assert.match(messages[0] ?? '', message)
        })
      }
    }
  })

  for (const fault of ['closed connection', 'reset connection', 'half an answer'] as const) {
    it(`times the request after a lost one (${fault}) from its own start`, async () => {
      const server = await host().open({ fault, every: 5, faultDelay: 150 })
      const { observations } = await observe(server.baseUrl, { size: { requests: 20 } })
      const { durations } = await server.readRecord()
      const right = observations.filter(({ outcome }) => outcome === 'right')
      assert.equal(right.length, 16)
      assert.equal(durations.length, 16)
      // One after the other: the rows are in the server's order.
      for (const [at, { responseTime }] of right.entries()) {
        const more = (responseTime ?? Number.NaN) - (durations[at] ?? 0)
        assert.ok(more < 75, `request ${at + 1} took ${more} ms more than the server`)
      }
      const lost = observations.filter(({ outcome }) => outcome === 'unanswered')
      assert.ok(lost.every(({ responseTime, status }) => responseTime === null && status === null))
      assert.deepEqual(
        lost.map(({ photo }) => photo),
        [4, 9, 14, 19],
      )
    })
  }

  it('reads answers that come in chunks', async () => {
    const server = await host().open({ fault: 'answer in chunks' })
    const { observations } = await observe(server.baseUrl, {
      concurrency: 4,
      size: { requests: 40 },
    })
    assert.deepEqual(count(observations), { right: 40 })
    assert.equal((await server.readRecord()).connections, 4)
  })

  describe('opens a new connection', () => {
    it('after each answer of a server that closes it', async () => {
      const server = await host().open({ fault: 'answer and close' })
      const { observations } = await observe(server.baseUrl, {
        concurrency: 4,
        size: { requests: 40 },
      })
      assert.deepEqual(count(observations), { right: 40 })
      assert.equal((await server.readRecord()).requests, 40)
    })

    it('after each answer that ends with its connection', async () => {
      const server = await host().open({ fault: 'answer without length' })
      const { observations } = await observe(server.baseUrl, {
        concurrency: 4,
        size: { requests: 40 },
      })
      assert.deepEqual(count(observations), { right: 40 })
      assert.equal((await server.readRecord()).requests, 40)
    })
  })

  describe('with a time limit', () => {
    for (const fault of ['hang', 'hang in the middle'] as const) {
      it(`names what is not answered in time (${fault})`, async () => {
        const server = await host().open({ fault, every: 10 })
        const { observations, messages } = await observe(server.baseUrl, {
          concurrency: 10,
          timeLimit: 200,
        })
        assert.deepEqual(count(observations), { right: 90, 'timed-out': 10 })
        assert.deepEqual(messages, ['request timed out'])
        assert.equal((await server.readRecord()).requests, 100)
      })
    }

    it('gives a server up that answers nobody any more', async () => {
      const server = await host().open({ fault: 'hang', after: 9 })
      const { observations } = await observe(server.baseUrl, { timeLimit: 200 })
      assert.deepEqual(count(observations), { right: 9, 'timed-out': 1 })
      assert.equal((await server.readRecord()).requests, 10)
    })
  })

  describe('gives up soon', () => {
    for (const size of [{ requests: 10_000 }, { duration: 3_600_000 }]) {
      const how = 'requests' in size ? 'requests' : 'time'
      it(`where connections are refused, in a trial of much ${how}`, async () => {
        const server = await host().open()
        await server.close()
        const { observations, messages } = await observe(server.baseUrl, { concurrency: 5, size })
        assert.ok(observations.length >= 5 && observations.length <= 10, `${observations.length}`)
        assert.deepEqual(Object.keys(count(observations)), ['unanswered'])
        assert.match(messages[0] ?? '', /ECONNREFUSED/)
      })

      it(`where each connection is closed, in a trial of much ${how}`, async () => {
        const server = await host().open({ fault: 'closed connection' })
        const { observations } = await observe(server.baseUrl, { size })
        assert.deepEqual(count(observations), { unanswered: 3 })
      })
    }
  })

  describe('for a time', () => {
    it('ends by itself and leaves nothing unanswered', async () => {
      const server = await host().open({ delay: 20, spread: 20 })
      const { observations } = await observe(server.baseUrl, {
        concurrency: 5,
        size: { duration: 400 },
      })
      const record = await server.readRecord()
      assert.equal(record.requests, observations.length)
      assert.equal(record.answers, observations.length)
      assert.deepEqual(count(observations), { right: observations.length })
      assert.equal(record.connections, 5)
      // Each connection is answered once more when the time is over; timers are a little early.
      const ends = observations.map(({ sentAt, responseTime }) => sentAt + (responseTime ?? 0))
      assert.ok(ends.filter((end) => end >= 395).length >= 5, ends.slice(-5).join())
    })

    it('counts what a hanging server does not answer', async () => {
      const server = await host().open({ delay: 5, fault: 'hang', every: 10 })
      const { observations } = await observe(server.baseUrl, {
        concurrency: 3,
        timeLimit: 200,
        size: { duration: 300 },
      })
      const record = await server.readRecord()
      assert.equal(record.requests, observations.length)
      assert.deepEqual(count(observations), {
        right: record.answers,
        'timed-out': record.faults,
      })
    })
  })

  describe('that is interrupted', () => {
    it('ends at once, with all that was sent', async () => {
      const server = await host().open({ delay: 5 })
      const interrupt = new AbortController()
      const running = observe(server.baseUrl, {
        concurrency: 4,
        signal: interrupt.signal,
        size: { requests: 1_000_000 },
      })
      await until('it has sent', async () => (await server.readRecord()).requests >= 20)
      interrupt.abort()
      const { observations } = await running
      const { right = 0, unanswered = 0, ...others } = count(observations)
      assert.deepEqual(others, {})
      assert.ok(right >= 16, `${right}`)
      assert.ok(unanswered <= 4, `${unanswered}`)
    })

    it('before its start sends nothing', async () => {
      const server = await host().open()
      const { answers, failures } = await load(server.baseUrl, { signal: AbortSignal.abort() })
      assert.deepEqual([answers, failures], [[], []])
      assert.equal((await server.readRecord()).connections, 0)
    })
  })

  it('has a duration from the first request to the last answer', async () => {
    const server = await host().open({ delay: 10 })
    const { answers, duration } = await load(server.baseUrl, { size: { requests: 10 } })
    const last = answers.at(-1)!
    assert.equal(duration, last.sentAt + last.responseTime)
    const served = (await server.readRecord()).durations
    assert.ok(duration > served.reduce((sum, time) => sum + time, 0) * 0.99)
  })
})
