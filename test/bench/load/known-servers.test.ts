import assert from 'node:assert/strict'
import { toArrivals, toConstantArrivals } from '../../../bench/load/arrivals'
import { runClosedLoop } from '../../../bench/load/closed'
import type { Answer, Load } from '../../../bench/load/load'
import { toObservations } from '../../../bench/load/observations'
import { runOpenLoop } from '../../../bench/load/open'
import { createRandom } from '../../../bench/random'
import { toFakePhotos } from '../../helpers/fake-photos'
import { toFakeAnswer } from '../../helpers/fake-target'
import { toDue, toTruth } from '../../known-servers/behaviour'
import type { Behaviour } from '../../known-servers/behaviour'
import { toClockBounds } from '../../known-servers/clocks'
import type { Bounds } from '../../known-servers/clocks'
import { startKnownServer } from '../../known-servers/known-server'
import type { LedgerRow } from '../../known-servers/server'

const FIXED: Behaviour = { kind: 'fixed', answerTime: 50 }
const RARE: Behaviour = { kind: 'rare-stalls', answerTime: 5, every: 40, stallTime: 500 }
const WIDE: Behaviour = {
  ...{ kind: 'server-wide-stalls', answerTime: 5 },
  ...{ period: 800, stallTime: 400 },
}
const RATE = 100
const DURATION = 2000
const CONNECTIONS = 5
const never = new AbortController().signal

/** A request as both sides have it. */
interface Joined {
  readonly answer: Answer
  readonly row: LedgerRow
  readonly held: number
}

interface Measured {
  readonly load: Load
  readonly ledger: readonly LedgerRow[]
  readonly joined: readonly Joined[]
}

/** Each request has a photo of its own, by which what both sides recorded of it is joined. */
async function measure(
  behaviour: Behaviour,
  send: (options: Pick<Parameters<typeof runOpenLoop>[0], 'baseUrl'> & Sent) => Promise<Load>,
): Promise<Measured> {
  const photos = toFakePhotos(20_000)
  const server = await startKnownServer(behaviour)
  try {
    const order = [...photos.keys()]
    const sent = { photos, order, timeLimit: 60_000, signal: never }
    const load = await send({ baseUrl: server.baseUrl, ...sent })
    const ledger = await server.readLedger()
    const rows = new Map(ledger.map((row) => [row.photo, row]))
    const joined = load.answers.map((answer) => {
      const row = rows.get(`photo ${answer.photo}`)!
      return { answer, row, held: row.answeredAt! - row.arrivedAt }
    })
    return { load, ledger, joined }
  } finally {
    await server.stop()
  }
}

type Sent = Pick<Parameters<typeof runOpenLoop>[0], 'photos' | 'order' | 'timeLimit' | 'signal'>

const measureOpen = (behaviour: Behaviour, arrivals: readonly number[]): Promise<Measured> =>
  measure(behaviour, (sent) =>
    runOpenLoop({ ...sent, arrivals, duration: DURATION, mostInFlight: 1000 }),
  )

const measureClosed = (behaviour: Behaviour): Promise<Measured> =>
  measure(behaviour, (sent) =>
    runClosedLoop({ ...sent, concurrency: CONNECTIONS, size: { duration: DURATION } }),
  )

const bySent = (one: Answer, other: Answer): number => one.sentAt - other.sentAt

/** What is so on any machine, however slow. */
function assertRecorded({ load, ledger, joined }: Measured, arrivals: readonly number[]): Bounds {
  assert.deepEqual(load.failures, [])
  assert.equal(load.answers.length, arrivals.length)
  assert.equal(ledger.length, arrivals.length)
  assert.equal(new Set(ledger.map(({ photo }) => photo)).size, arrivals.length)
  assert.deepEqual(
    [...load.answers].sort(bySent).map(({ sentAt, photo }) => [sentAt, photo]),
    arrivals.map((at, index) => [at, index]),
  )
  for (const { answer, row, held } of joined) {
    const { lag = Number.NaN, responseTime } = answer
    // A span of one side beside a span of the other: no clock is compared.
    assert.ok(lag >= 0)
    assert.ok(responseTime >= lag + held, `${responseTime} with ${lag} late, held for ${held}`)
    assert.ok(row.answeredAt! >= row.dueAt)
  }
  const references = toFakePhotos(arrivals.length).map(({ bytes }) => toFakeAnswer(bytes))
  const { observations } = toObservations(load, references)
  assert.ok(observations.every(({ outcome }) => outcome === 'right'))
  const bounds = toClockBounds(
    joined.map(({ answer, row }) => ({
      ...{ plannedAt: answer.sentAt, lag: answer.lag ?? Number.NaN },
      ...{ responseTime: answer.responseTime },
      ...{ arrivedAt: row.arrivedAt, answeredAt: row.answeredAt! },
    })),
  )
  assert.ok(bounds.least <= bounds.most, 'both sides cannot be right')
  return bounds
}

describe('the open loop, beside the ledger of a server with known behaviour', () => {
  const PLANS: readonly (readonly [string, readonly number[]])[] = [
    ['constant', toConstantArrivals(RATE, DURATION)],
    [
      'Poisson',
      toArrivals(
        [
          { at: 0, rate: RATE },
          { at: DURATION / 1000, rate: RATE },
        ],
        createRandom(5),
      ),
    ],
  ]

  for (const [name, arrivals] of PLANS) {
    describe(`with ${name} arrivals`, () => {
      it('counts exactly, and no request is faster than the server was', async () => {
        const measured = await measureOpen(FIXED, arrivals)
        assertRecorded(measured, arrivals)
        for (const { held } of measured.joined) assert.ok(held >= 50)
      })

      it('has every rare stall that the server made, and says whose it was', async () => {
        const measured = await measureOpen(RARE, arrivals)
        assertRecorded(measured, arrivals)
        const stalled = measured.joined.filter(({ row }) => row.dueAt - row.arrivedAt > 499)
        assert.equal(stalled.length, Math.floor(arrivals.length / 40))
        for (const { answer } of stalled) assert.ok(answer.responseTime >= 500)
      })

      it('has all who the plan lets come while the server answers nobody', async () => {
        const measured = await measureOpen(WIDE, arrivals)
        const clock = assertRecorded(measured, arrivals)
        for (const beganAt of [800, 1600]) {
          const endedAt = beganAt + 400
          // Surely in the stall, whatever the difference of the clocks is within its bounds.
          const planned = arrivals.filter(
            (at) => at >= beganAt + clock.most && at < endedAt + clock.least,
          )
          const recorded = measured.load.answers.filter(
            ({ sentAt, responseTime }) =>
              sentAt >= beganAt + clock.most &&
              sentAt < endedAt + clock.least &&
              sentAt + responseTime >= endedAt + clock.least,
          )
          assert.equal(recorded.length, planned.length)
          assert.ok(planned.length > 2 * CONNECTIONS, `${planned.length} in a stall`)
        }
      })
    })
  }
})

describe('a closed loop, beside the same ledger', () => {
  it('has no more slow requests in a stall than connections, however many users would come', async () => {
    const { load, joined, ledger } = await measureClosed(WIDE)
    assert.deepEqual(load.failures, [])
    assert.equal(load.answers.length, ledger.length)
    for (const { answer, held } of joined) assert.ok(answer.responseTime >= held && held >= 5)
    for (const beganAt of [800, 1600]) {
      // Whom the server held until the end of this stall.
      const held = ledger.filter(
        ({ arrivedAt, dueAt }) => dueAt === beganAt + 400 && dueAt - arrivedAt > 5,
      )
      assert.ok(held.length > 0 && held.length <= CONNECTIONS, `${held.length} were held`)
    }
  })

  it('has a rare stall of one request as often as it is: that is not what it leaves out', async () => {
    const { ledger, joined } = await measureClosed(RARE)
    const stalled = joined.filter(({ answer }) => answer.responseTime >= 500)
    assert.ok(stalled.length >= Math.floor(ledger.length / 40))
  })
})

describe('what a known server is to do', () => {
  it('is to answer after its time, and the k-th after a stall', () => {
    assert.equal(toDue(FIXED, { number: 1, arrivedAt: 3 }), 53)
    assert.equal(toDue(RARE, { number: 39, arrivedAt: 3 }), 8)
    assert.equal(toDue(RARE, { number: 80, arrivedAt: 3 }), 503)
  })

  it('is to answer nobody in a stall, but in the first period', () => {
    const dueAt = (arrivedAt: number) => toDue(WIDE, { number: 1, arrivedAt })
    assert.deepEqual([0, 790, 794, 795, 1000, 1194, 1195, 1196].map(dueAt), [
      ...[5, 795, 799, 1200, 1200, 1200, 1200, 1201],
    ])
    assert.equal(dueAt(1600), 2000)
  })

  it('is known to whoever knows when requests come, by the first of them', () => {
    assert.deepEqual(toTruth(WIDE, [10, 20, 900, 1209.5]), [5, 5, 310, 5])
    assert.deepEqual(toTruth({ ...RARE, every: 2 }, [0, 1, 2]), [5, 500, 5])
  })
})

describe('the bounds of the difference of two clocks', () => {
  const seen = { plannedAt: 100, lag: 1, responseTime: 20, arrivedAt: 90, answeredAt: 105 }
  it('are from the last send to the first answer', () => {
    assert.deepEqual(toClockBounds([seen]), { least: 11, most: 15 })
    const narrower = { ...seen, plannedAt: 200, arrivedAt: 189, answeredAt: 206 }
    assert.deepEqual(toClockBounds([seen, narrower]), { least: 12, most: 14 })
  })

  it('are the wrong way round where one side recorded what cannot be', () => {
    const { least, most } = toClockBounds([{ ...seen, responseTime: 10 }])
    assert.ok(least > most)
  })
})
