import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { skipUnless } from '../../helpers/optional'
import { useTemporaryFolder } from '../../helpers/use-temporary-folder'
import { toTruth } from '../../known-servers/behaviour'
import { readCommittedCore } from '../committed-core'
import type { Level, OpenLoopMeasurement, Rows, Trial } from './measured'
import { toOpenLoopPage } from './page'
import { toOpenLoopSvg } from './plot'
import { readRows, writeRows } from './rows'
import { LOADERS, SERVERS, toPlan } from './servers'
import type { LoaderName, ServerName } from './servers'
import { toFindings } from './summarise'

const ROOT = join(__dirname, '../../..')
const NAMES = Object.keys(SERVERS) as ServerName[]
/** The generator is on time at so many requests a second. */
const ASKED_RATE = 2000
/** Of a server that takes 50 ms p50 is so near, ms. */
const MOST_ERROR = 0.5
/** What a loader and the way add in what is made up here, ms. */
const MORE = 0.25

function toLevel(rate: number, p99: number): Level {
  const lag = { p50: 0.1, p99, max: 3 }
  return {
    ...{ block: 0, rate, requests: 10, answered: 10, dropped: 0, throughput: rate, lag },
    ...{ responseTimeP50: 0.4, cpuMsPerRequest: 0.2 },
  }
}

/** As if every loader were an open loop that is nearly right; autocannon reports what it does. */
function toMade(missing = 0): { trials: readonly Trial[]; rows: Map<number, Rows> } {
  const rows = new Map<number, Rows>()
  const trials = NAMES.flatMap((server) =>
    (Object.keys(LOADERS) as LoaderName[]).map((loader): Trial => {
      const plan = toPlan(loader === 'open-poisson' ? 'poisson' : 'constant', 0)
      const ledger = toTruth(SERVERS[server], plan).map((time, index) => ({
        at: plan[index]! - plan[0]!,
        time,
      }))
      const said = ledger.map(({ at, time }) => ({ at, time: time + MORE })).slice(missing)
      const isReported = loader.startsWith('rate-')
      const id = rows.size
      rows.set(id, { said: isReported ? [] : said, ledger })
      return {
        ...{ id, block: 0, server, loader, counted: said.length, failed: 0 },
        ...(isReported && { reported: { p50: 27, p99: 50, max: 51 } }),
      }
    }),
  )
  return { trials, rows }
}

function toMeasured(trials: readonly Trial[], vegeta: string | null): OpenLoopMeasurement {
  return {
    ...{ rate: 100, seconds: 10, connections: 10, pinned: true, photoBytes: 32_768, trials },
    loadAverage: { before: 0.1, after: 0.2 },
    versions: { autocannon: '9.0.0', vegeta },
    generator: [toLevel(1000, 0.5), toLevel(500, 0.4), toLevel(2000, 1.2), toLevel(3000, 0.9)],
    fixedTime: [50.3, 50.1, 50.6].map((responseTimeP50) => ({
      ...toLevel(400, 0.4),
      responseTimeP50,
    })),
  }
}

const toPage = (missing = 0, vegeta: string | null = 'v12') => {
  const { trials, rows } = toMade(missing)
  const measured = toMeasured(trials, vegeta)
  const findings = toFindings(measured, rows)
  return { findings, page: toOpenLoopPage({ ...readCommittedCore().made, ...measured }, findings) }
}

describe('what follows from the rows of the open loop', () => {
  const { findings, page } = toPage()
  const toLoader = (server: string, loader: string) =>
    findings.servers
      .find((each) => each.server === server)!
      .loaders.find((each) => each.loader === loader)!

  it('is what users wait, whose share in a stall is known', () => {
    const [fixed, , wide] = findings.servers
    assert.deepEqual([fixed!.truth.constant['p50'], fixed!.truth.constant['max']], [50, 50])
    // Three stalls of 400 ms in 10 s; who comes in the last 10 ms of one is answered after it as always.
    assert.equal(wide!.truth.constant['p50'], 10)
    const { stalled, served } = toLoader('server-wide-stalls', 'open-constant')
    assert.equal(served, 1000)
    assert.ok(stalled > 110 && stalled <= 120, String(stalled))
    assert.equal(
      toLoader('rare-stalls', 'open-poisson').stalled,
      Math.floor(toLoader('rare-stalls', 'open-poisson').served / 50),
    )
  })

  it('is what each loader says, beside how long the server held', () => {
    const { said, held, serverLate } = toLoader('fixed', 'open-constant')
    assert.deepEqual([said['p50'], held['p50']], [50 + MORE, 50])
    assert.ok(Math.abs(serverLate) < 1e-9)
    assert.equal(toLoader('fixed', 'rate-corrected').said['p50'], 27)
  })

  it('is at which rates the generator sends on time', () => {
    assert.deepEqual(
      findings.generator.map(({ rate }) => rate),
      [500, 1000, 2000, 3000],
    )
    assert.deepEqual(findings.onTimeAt, [500, 1000, 3000])
    assert.match(page, /at most 1 ms at 500, 1000, 3000 requests a second/)
  })

  it('is told on a page: counts, and how far p50 is from the truth', () => {
    assert.match(page, /Every loader counts as many requests as came to the servers\./)
    assert.match(page, /our open loop, constant arrivals \+0\.25 ms/)
    assert.match(page, /autocannon at a rate, corrected −23\.00 ms/)
    assert.match(page, /which is so here/)
    assert.match(
      page,
      /at 400 requests a second it is \+0\.30 ms by our open loop, which is within 0\.5 ms/,
    )
    assert.match(page, /Vegeta v12/)
    assert.match(page, /it says p50 27\.00 ms/)
    assert.doesNotMatch(page, /undefined|NaN/)
  })

  it('says what was not there, and whose count is another than the server has', () => {
    const other = toPage(3, null).page
    assert.match(other, /Vegeta, which others wrote, was not there/)
    assert.match(other, /our closed loop, 10 connections counts 2991 of 3000/)
  })

  it('is drawn, as a picture that others than browsers can read', async () => {
    const svg = await toOpenLoopSvg(findings)
    const { format, width } = await sharp(Buffer.from(svg)).metadata()
    assert.deepEqual([format, width], ['svg', 720])
    assert.match(svg, /what users wait: p50 50\.0 ms, p99 50\.0 ms/)
  })
})

describe('the rows of the open loop', () => {
  const folder = useTemporaryFolder()

  it('are read as they were written, to a microsecond', async () => {
    const { rows } = toMade()
    await writeRows(folder(), rows)
    const read = await readRows(folder())
    assert.equal(read.size, rows.size)
    for (const [id, { said, ledger }] of rows) {
      const other = read.get(id)!
      assert.equal(other.said.length, said.length)
      for (const [index, { at, time }] of ledger.entries()) {
        assert.ok(Math.abs(other.ledger[index]!.at - at) < 0.001)
        assert.ok(Math.abs(other.ledger[index]!.time - time) < 0.001)
      }
    }
  })
})

describe('the committed demonstration', () => {
  const COMMITTED = join(ROOT, 'results/core')
  before(function () {
    const isThere = existsSync(join(COMMITTED, 'open-loop.json'))
    const reason = 'npm run measure -- --only open-loop has not been committed'
    skipUnless(this, isThere ? undefined : reason)
  })

  it('follows from its raw data, byte for byte', () => {
    const copy = mkdtempSync(join(tmpdir(), 'photo-twin-open-loop-'))
    try {
      cpSync(COMMITTED, copy, { recursive: true })
      const files = ['open-loop.md', 'open-loop.svg']
      for (const file of files) rmSync(join(copy, file))
      const main = join('test', 'measurements', 'main.ts')
      const args = ['--require', 'ts-node/register', main, '--report', '--out', copy]
      execFileSync(process.execPath, args, { cwd: ROOT, stdio: 'pipe' })
      for (const file of files) {
        const [made, kept] = [copy, COMMITTED].map((at) => readFileSync(join(at, file), 'utf8'))
        assert.ok(made === kept, `npm run measure -- --report makes another ${file}`)
      }
    } finally {
      rmSync(copy, { recursive: true })
    }
  })

  it('is on time and counts exactly, beside a witness', async () => {
    const text = readFileSync(join(COMMITTED, 'open-loop.json'), 'utf8')
    const measured = JSON.parse(text) as OpenLoopMeasurement
    const { servers, onTimeAt, fixedTime } = toFindings(measured, await readRows(COMMITTED))
    assert.ok(measured.pinned && measured.versions.vegeta !== null)
    for (const { server, loaders } of servers) {
      for (const loader of ['open-constant', 'open-poisson', 'vegeta'] as const) {
        const { counted, served, said } = loaders.find((each) => each.loader === loader)!
        assert.equal(counted, served)
        const error = Math.abs(said['p50']! - 50)
        const isAsked = server === 'fixed' && loader !== 'vegeta'
        if (isAsked) assert.ok(error <= MOST_ERROR, `${loader}: ${error} ms`)
      }
    }
    assert.ok(Math.max(...onTimeAt) >= ASKED_RATE, `on time at ${onTimeAt.join()}`)
    assert.ok(Math.abs(fixedTime?.error ?? NaN) <= MOST_ERROR, `${fixedTime?.error} ms`)
    for (const { requests, answered } of [...measured.generator, ...measured.fixedTime]) {
      assert.equal(answered, requests)
    }
  })
})
