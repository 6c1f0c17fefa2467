import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { toPrediction } from '../../../bench/load/answer'
import type { LoadOptions } from '../../../bench/load/load'
import { post, sendGroup, sendSequence } from '../../../bench/load/single'
import { useFakeHost } from '../../helpers/fake-host'
import { toFakePhotos } from '../../helpers/fake-photos'
import { toDurations, toFakeAnswer } from '../../helpers/fake-target'
import type { Fault } from '../../helpers/fake-target'
import { toTimings } from '../../../bench/load/server-timing'
import { until } from '../targets/until'

const PHOTOS = toFakePhotos(30)
const ORDER = [...PHOTOS.keys()].reverse()
const never = new AbortController().signal

const toOptions = (baseUrl: string, concurrency: number): LoadOptions => ({
  baseUrl,
  photos: PHOTOS,
  order: ORDER,
  concurrency,
  timeLimit: 10_000,
  signal: never,
})

describe("the paper's requests", () => {
  const host = useFakeHost()

  it('of a group are sent at once, each on a connection of its own', async () => {
    const server = await host().open({ delay: 100, spread: 20, serverTiming: true })
    const { answers, failures } = await sendGroup(toOptions(server.baseUrl, 20))
    const record = await server.readRecord()
    assert.deepEqual(failures, [])
    assert.equal(record.requests, 20)
    assert.equal(record.connections, 20)
    assert.equal(record.mostAtOnce, 20)
    assert.deepEqual(
      answers.map(({ photo }) => photo),
      ORDER.slice(0, 20),
    )
    for (const { photo, body, serverTiming, responseTime } of answers) {
      const { bytes } = PHOTOS[photo]!
      assert.equal(toPrediction(body)?.label, toFakeAnswer(bytes).label)
      assert.equal(toTimings(serverTiming).predictionTime, toDurations(bytes)['predict'])
      assert.ok(responseTime >= 99, `${responseTime}`)
    }
  })

  it('may limit how long connecting takes, and not how long the answer does', async () => {
    const server = await host().open({ delay: 300 })
    const photo = PHOTOS[0]!
    const { status } = await post(`${server.baseUrl}/classify`, photo, never, 200)
    assert.equal(status, 200)
    // What does not fit into its backlog is not answered.
    const deaf = fork(require.resolve('../../helpers/deaf-server'), {
      execArgv: ['--require', 'ts-node/register'],
    })
    const fillers: Socket[] = []
    try {
      const [port] = (await once(deaf, 'message')) as [number]
      let ended: unknown
      for (let tried = 0; ended === undefined && tried < 10; tried++) {
        fillers.push(connect(port, '127.0.0.1').on('error', () => undefined))
        const url = `http://127.0.0.1:${port}`
        ended = await post(url, photo, AbortSignal.timeout(1000), 200).catch((error: unknown) =>
          error instanceof Error && error.message === 'no connection in time' ? error : undefined,
        )
      }
      assert.ok(ended instanceof Error)
    } finally {
      for (const filler of fillers) filler.destroy()
      deaf.kill('SIGKILL')
    }
  })

  it('of a sequence are sent one after the other, each on a connection of its own', async () => {
    const server = await host().open({ delay: 5 })
    const { answers, failures, duration } = await sendSequence({
      ...toOptions(server.baseUrl, 1),
      requests: 10,
    })
    const record = await server.readRecord()
    assert.deepEqual(failures, [])
    assert.equal(record.connections, 10)
    assert.equal(record.mostAtOnce, 1)
    assert.deepEqual(
      answers.map(({ photo }) => photo),
      ORDER.slice(0, 10),
    )
    for (const [at, { sentAt, responseTime }] of answers.entries()) {
      const next = answers[at + 1]?.sentAt ?? duration
      assert.ok(sentAt + responseTime <= next)
    }
  })

  const FAULTS: readonly (readonly [Fault, string, RegExp])[] = [
    ['closed connection', 'unanswered', /socket hang up|ECONNRESET/],
    ['reset connection', 'unanswered', /socket hang up|ECONNRESET/],
    ['half an answer', 'unanswered', /ECONNRESET|aborted/],
    ['not HTTP', 'unanswered', /HPE_INVALID|Parse Error/],
    ['endless answer', 'unanswered', /more than 1000000 bytes/],
    ['hang', 'timed-out', /^request timed out$/],
    ['hang in the middle', 'timed-out', /^request timed out$/],
  ]
  for (const [fault, outcome, message] of FAULTS) {
    it(`that get no answer are named, and the others are right (${fault})`, async () => {
      const server = await host().open({ fault, every: 3 })
      const options = { ...toOptions(server.baseUrl, 6), timeLimit: 300 }
      const { answers, failures } = await sendGroup(options)
      assert.equal(answers.length, 4)
      assert.deepEqual(
        failures.map((failure) => failure.outcome),
        [outcome, outcome],
      )
      assert.match(failures[0]?.message ?? '', message)
      const sequence = await sendSequence({ ...options, requests: 3 })
      assert.deepEqual([sequence.answers.length, sequence.failures.length], [2, 1])
    })
  }

  it('are refused where nothing listens', async () => {
    const server = await host().open()
    await server.close()
    const { answers, failures } = await sendGroup(toOptions(server.baseUrl, 3))
    assert.deepEqual(answers, [])
    assert.equal(failures.length, 3)
    for (const { outcome, message } of failures) {
      assert.equal(outcome, 'unanswered')
      assert.match(message, /ECONNREFUSED/)
    }
  })

  it('of a sequence end with the interrupt', async () => {
    const server = await host().open({ delay: 5 })
    const interrupt = new AbortController()
    const running = sendSequence({
      ...toOptions(server.baseUrl, 1),
      signal: interrupt.signal,
      requests: 1_000_000,
    })
    await until('it has sent', async () => (await server.readRecord()).requests >= 3)
    interrupt.abort()
    const { answers, failures } = await running
    assert.ok(answers.length >= 2)
    assert.ok(failures.length <= 1)
  })

  it('leave no connection open', async () => {
    const server = await host().open()
    const { status, body } = await post(`${server.baseUrl}/classify`, PHOTOS[0]!, never)
    assert.equal(status, 200)
    assert.equal(toPrediction(body)?.label, toFakeAnswer(PHOTOS[0]!.bytes).label)
    await until('it is closed', async () => (await server.readRecord()).open === 0)
  })
})
