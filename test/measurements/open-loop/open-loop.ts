import { readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { toConstantArrivals } from '../../../bench/load/arrivals'
import type { Body } from '../../../bench/load/load'
import { MOST_IN_FLIGHT, runOpenLoop } from '../../../bench/load/open'
import { sendGroup } from '../../../bench/load/single'
import { createRandom, shuffle } from '../../../bench/random'
import { startKnownServer } from '../../known-servers/known-server'
import type { LedgerRow } from '../../known-servers/server'
import { holdToCores } from './cores'
import type { Cores } from './cores'
import { measureFixedTime, measureGenerator } from './generator'
import { measureBy } from './loaders'
import type { Level, OpenLoopMeasurement, Row, Rows, Trial } from './measured'
import { writeRows } from './rows'
import { CONNECTIONS, LOADERS, RATE, SECONDS, SERVERS } from './servers'
import type { LoaderName, ServerName } from './servers'
import { findVegeta } from './vegeta'
import type { Vegeta } from './vegeta'

/** Small, as what is looked at is time that passes, not bytes. */
const PHOTO: Body = { bytes: Buffer.alloc(1024, 'photo '), contentType: 'image/jpeg' }
/** As large as a photo of 400 x 300 is. */
const LARGE_PHOTO: Body = { ...PHOTO, bytes: Buffer.alloc(32_768, 'photo ') }
const WARM_UP_GROUPS = 20
const WARM_UP_SECONDS = 2
const WARM_UP_ARRIVALS = toConstantArrivals(500, WARM_UP_SECONDS * 1000)

/**
 * What several load generators say of servers whose behaviour is known, beside what those did; then how late our open loop
 * sends at higher and higher rates. The rows of all requests are written into `out`.
 */
export async function measureOpenLoop({
  blocks,
  out,
}: {
  readonly blocks: number
  readonly out: string
}): Promise<OpenLoopMeasurement> {
  const vegeta = await findVegeta()
  if (vegeta === undefined) {
    process.stderr.write('  vegeta is not there (VEGETA=FILE, or in PATH): nobody else is asked\n')
  }
  const before = loadavg()[0] ?? Number.NaN
  const cores = holdToCores()
  const rows = new Map<number, Rows>()
  const trials: Trial[] = []
  const generator: Level[] = []
  const fixedTime: Level[] = []
  try {
    for (let block = 0; block < blocks; block++) {
      for (const server of Object.keys(SERVERS) as ServerName[]) {
        process.stderr.write(`  block ${block + 1} of ${blocks}: ${server}\n`)
        for (const trial of await measureServer(server, { block, vegeta, cores })) {
          const id = trials.length
          trials.push({ id, ...trial.trial })
          rows.set(id, trial.rows)
        }
      }
      process.stderr.write(`  block ${block + 1} of ${blocks}: the load generator alone\n`)
      generator.push(...(await measureGenerator(block, LARGE_PHOTO, cores)))
      fixedTime.push(...(await measureFixedTime(block, PHOTO, cores)))
    }
  } finally {
    cores.release()
  }
  await writeRows(out, rows)
  return {
    ...{ rate: RATE, seconds: SECONDS, connections: CONNECTIONS, pinned: cores.pinned },
    loadAverage: { before, after: loadavg()[0] ?? Number.NaN },
    versions: { autocannon: readAutocannonVersion(), vegeta: vegeta?.version ?? null },
    photoBytes: LARGE_PHOTO.bytes.length,
    ...{ trials, generator, fixedTime },
  }
}

interface ServerOptions {
  readonly block: number
  readonly vegeta: Vegeta | undefined
  readonly cores: Cores
}

interface MeasuredTrial {
  readonly trial: Omit<Trial, 'id'>
  readonly rows: Rows
}

/** Every loader once, in an order drawn from the block's number. */
async function measureServer(
  name: ServerName,
  { block, vegeta, cores }: ServerOptions,
): Promise<readonly MeasuredTrial[]> {
  const server = await startKnownServer(SERVERS[name])
  const { baseUrl } = server
  const measured: MeasuredTrial[] = []
  try {
    cores.holdServer(server.pid)
    const loaders = Object.keys(LOADERS) as LoaderName[]
    for (const loader of shuffle(loaders, createRandom(block + 1))) {
      await warmUp(baseUrl)
      await server.begin()
      const said = await measureBy(loader, { baseUrl, photo: PHOTO, block, vegeta })
      if (said === undefined) continue
      const { counted, failed, reported, rows } = said
      const trial = { block, server: name, loader, counted, failed, ...(reported && { reported }) }
      measured.push({
        trial,
        rows: { said: rows, ledger: (await server.readLedger()).map(toRow) },
      })
    }
  } finally {
    await server.stop()
  }
  return measured
}

/** The first of all requests is not what is to be seen, nor what they cost before their code is compiled. */
async function warmUp(baseUrl: string): Promise<void> {
  const signal = new AbortController().signal
  await runOpenLoop({
    ...{ baseUrl, photos: [PHOTO], order: [0], timeLimit: 30_000, mostInFlight: MOST_IN_FLIGHT },
    ...{ arrivals: WARM_UP_ARRIVALS, duration: WARM_UP_SECONDS * 1000, signal },
  })
  for (let group = 0; group < WARM_UP_GROUPS; group++) {
    const sent = { baseUrl, photos: [PHOTO], order: [0], concurrency: 5, timeLimit: 30_000 }
    await sendGroup({ ...sent, signal })
  }
}

/** One that was not answered lasts for ever. */
const toRow = ({ arrivedAt, answeredAt }: LedgerRow): Row => ({
  at: arrivedAt,
  time: answeredAt === null ? Infinity : answeredAt - arrivedAt,
})

function readAutocannonVersion(): string {
  const file = require.resolve('autocannon/package.json')
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version
}
