import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Answer, Failure, Load } from '../../../bench/load/load'
import { toObservations } from '../../../bench/load/observations'
import { runOpenLoop } from '../../../bench/load/open'
import { toFakePhotos } from '../../helpers/fake-photos'
import { toFakeAnswer } from '../../helpers/fake-target'

const PHOTOS = toFakePhotos(3)
const REFERENCES = PHOTOS.map(({ bytes }) => toFakeAnswer(bytes))
const never = new AbortController().signal

type Options = Parameters<typeof runOpenLoop>[0]

const load = (baseUrl: string, options: Partial<Options> = {}): Promise<Load> =>
  runOpenLoop({
    ...{ baseUrl, photos: PHOTOS, order: [...PHOTOS.keys()], timeLimit: 10_000, signal: never },
    ...{ mostInFlight: 100, arrivals: [0, 20, 40], duration: 0 },
    ...options,
  })

describe('the open loop', () => {
  const servers: Server[] = []
  afterEach(() => {
    for (const server of servers.splice(0)) server.closeAllConnections()
  })

  async function open(listener: RequestListener): Promise<string> {
    const server = createServer(listener)
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  /** Answers right, once `untilThen` has resolved. */
  const answering =
    (untilThen: () => Promise<void>, onRequest: () => void = () => undefined): RequestListener =>
    (request, response) => {
      onRequest()
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        void untilThen().then(() => {
          response.setHeader('content-type', 'application/json')
          response.end(JSON.stringify({ model: 'x', ...toFakeAnswer(Buffer.concat(chunks)) }))
        })
      })
    }
  const atOnce = () => Promise.resolve()

  it('sends each photo in its turn, once it is due, on a connection of its own', async () => {
    let connections = 0
    const baseUrl = await open(answering(atOnce))
    servers[0]!.on('connection', () => connections++)
    const { answers, failures } = await load(baseUrl, { arrivals: [0, 10, 30, 60] })
    assert.deepEqual(failures, [])
    assert.equal(connections, 4)
    const sorted = [...answers].sort((one, other) => one.sentAt - other.sentAt)
    assert.deepEqual(
      sorted.map(({ sentAt, photo }) => [sentAt, photo]),
      [
        [0, 0],
        [10, 1],
        [30, 2],
        [60, 0],
      ],
    )
    // Never before it is due; what comes late is told, and is in the response time.
    for (const { lag = Number.NaN, responseTime } of answers) {
      assert.ok(lag >= 0 && responseTime > lag, `${lag}, ${responseTime}`)
    }
    const { observations } = toObservations({ answers, failures, duration: 0 }, REFERENCES)
    assert.ok(observations.every(({ outcome, lag }) => outcome === 'right' && lag !== null))
  })

  it('goes on sending while the server stalls, whose users wait from their planned send', async () => {
    let received = 0
    let release = (): void => undefined
    const stalled = new Promise<void>((resolve) => (release = resolve))
    const arrivals = [0, 20, 40, 60, 80]
    // All five have been sent while none is answered: a closed loop would wait for the first.
    const baseUrl = await open(
      answering(
        () => stalled,
        () => {
          if (++received === arrivals.length) release()
        },
      ),
    )
    const { answers } = await load(baseUrl, { arrivals })
    assert.equal(answers.length, 5)
    const first = answers.find(({ sentAt }) => sentAt === 0)
    assert.ok(first !== undefined && first.responseTime >= 80, String(first?.responseTime))
  })

  it('lasts as long as was planned, also where nothing comes at its end', async () => {
    const baseUrl = await open(answering(atOnce))
    const { answers, duration } = await load(baseUrl, { arrivals: [0], duration: 150 })
    assert.equal(answers.length, 1)
    assert.ok(duration >= 150, String(duration))
  })

  it('counts a time that the load generator itself lost', async () => {
    const baseUrl = await open(answering(atOnce))
    // Whenever the first answer comes, some of the others are due while it does nothing.
    const arrivals = Array.from({ length: 200 }, (_, index) => index * 10)
    let blockedUntil = 0
    const { answers } = await load(baseUrl, {
      arrivals,
      onResult: () => {
        if (blockedUntil > 0) return
        blockedUntil = performance.now() + 200
        while (performance.now() < blockedUntil);
      },
    })
    const late = answers.filter(({ lag = 0 }) => lag > 100)
    assert.ok(late.length > 0)
    for (const { lag = 0, responseTime } of late) assert.ok(responseTime > lag)
  })

  it('drops what is due while as many as allowed are on their way, and says so', async () => {
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    const baseUrl = await open(answering(() => held))
    const told: (Answer | Failure)[] = []
    const { answers, failures } = await load(baseUrl, {
      arrivals: [0, 1, 2, 3],
      mostInFlight: 2,
      onResult: (result) => {
        told.push(result)
        if (told.length === 2) release()
      },
    })
    assert.equal(answers.length, 2)
    assert.deepEqual(
      failures.map(({ outcome, photo, sentAt }) => [outcome, photo, sentAt]),
      [
        ['dropped', 2, 2],
        ['dropped', 0, 3],
      ],
    )
    assert.equal(told.length, 4)
  })

  it('tells refusals, answers that are cut off and those that do not come', async () => {
    const refusing = await open((_request, response) => response.writeHead(503).end('full'))
    assert.deepEqual(
      (await load(refusing)).answers.map(({ status }) => status),
      [503, 503, 503],
    )
    const hanging = await open((request) => request.socket.destroy())
    assert.deepEqual(
      (await load(hanging)).failures.map(({ outcome }) => outcome),
      ['unanswered', 'unanswered', 'unanswered'],
    )
    const silent = await open(() => undefined)
    assert.deepEqual(
      (await load(silent, { timeLimit: 50 })).failures.map(({ outcome }) => outcome),
      ['timed-out', 'timed-out', 'timed-out'],
    )
  })

  it('ends at once where it is aborted', async () => {
    const stop = new AbortController()
    const baseUrl = await open(
      answering(
        () => new Promise(() => undefined),
        () => {
          stop.abort()
        },
      ),
    )
    const arrivals = [0, 600_000]
    const { answers, failures } = await load(baseUrl, { arrivals, signal: stop.signal })
    assert.deepEqual([answers.length, failures.length], [0, 1])
  })
})
