import autocannon from 'autocannon'
import { loadDecoder, decode, loadEngine, loadModel, normalise } from '../../inference'
import { goodPhotos } from '../fixtures/good-photos'
import { startServer } from '../helpers/server-process'
import type { ServerProcess } from '../helpers/server-process'
import { ask } from '../helpers/wire'
import { median } from './median'

/** What `measureServing` found: medians, times from start to ready, and the raw blocks. */
export interface ServingMeasurement {
  readonly requestsPerTrial: number
  readonly summary: readonly Condition[]
  readonly startToReadyMs: readonly Starts[]
  readonly blocks: readonly Block[]
}

interface Block {
  readonly decodeAndPredictCpuMs: number
  readonly served: readonly Served[]
}

interface Served {
  readonly host: string
  readonly connections: number
  readonly cpuMsPerRequest: number
  readonly outsideCpuMsPerRequest: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly eventLoopDelayP99Ms: number
}

const REQUESTS = 400
const STARTS = 10
const MODEL = 'inference/models/photo-net'

const CONTAINER = { name: 'container', file: 'dist/container/main.js', env: {} }
const KUBELESS = {
  name: 'kubeless',
  file: 'dist/functions/kubeless/runtime.js',
  env: {
    MOD_NAME: 'handler',
    FUNC_HANDLER: 'classify',
    REQ_MB_LIMIT: '10',
    FUNC_FOLDER: 'dist/functions/kubeless',
  },
}

/**
 * CPU per request of the hosts with 400 x 300 photos, of which decode + predict alone (the same photos, engine and
 * decoder on one thread, no server) is taken off in the same block; event-loop delay; time from start to ready.
 */
export async function measureServing({
  blocks,
}: {
  readonly blocks: number
}): Promise<ServingMeasurement> {
  const photo = (await goodPhotos())[0]!.bytes
  const alone = await createAlone(photo)
  const servers = await Promise.all(
    [CONTAINER, KUBELESS].map(async ({ name, file, env }) => ({
      name,
      server: await startServer({ file, env: { ...env, LOG_LEVEL: 'info' } }),
    })),
  )
  const measured: Block[] = []
  try {
    for (const { server } of servers) await load(server, photo, 10)
    await alone(REQUESTS)
    for (let block = 0; block < blocks; block++) {
      process.stderr.write(`  block ${block + 1} of ${blocks}\n`)
      const decodeAndPredictCpuMs = await alone(REQUESTS)
      const served: Served[] = []
      for (const { name, server } of servers) {
        for (const connections of [1, 10]) {
          const sample = await load(server, photo, connections)
          const outside = sample.cpuMsPerRequest - decodeAndPredictCpuMs
          served.push({ host: name, connections, ...sample, outsideCpuMsPerRequest: outside })
        }
      }
      measured.push({ decodeAndPredictCpuMs, served })
    }
  } finally {
    await Promise.all(servers.map(({ server }) => server.stop()))
  }
  return {
    requestsPerTrial: REQUESTS,
    summary: summarise(measured),
    startToReadyMs: await measureStarts(),
    blocks: measured,
  }
}

/** Decode + predict on this thread, one photo after the other; answers CPU ms a photo. */
async function createAlone(photo: Uint8Array): Promise<(photos: number) => Promise<number>> {
  const model = await loadModel(MODEL)
  const { input } = model.card
  const [engine, decoder] = await Promise.all([loadEngine(model), loadDecoder()])
  return async (photos) => {
    const before = process.cpuUsage()
    for (let i = 0; i < photos; i++) {
      const rgb = await decode(photo, { decoder, width: input.width, height: input.height })
      const pixels = new Float32Array(rgb.length)
      normalise(rgb, input, pixels, 0)
      await engine.predict(pixels, 1)
    }
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000 / photos
  }
}

type Sample = Omit<Served, 'host' | 'connections' | 'outsideCpuMsPerRequest'>

async function load(
  server: ServerProcess,
  photo: Uint8Array,
  connections: number,
): Promise<Sample> {
  const before = await readMetrics(server)
  const result = await autocannon({
    url: `${server.baseUrl}/classify`,
    method: 'POST',
    headers: { 'content-type': 'image/jpeg' },
    body: Buffer.from(photo),
    connections,
    amount: REQUESTS,
  })
  if (result['2xx'] !== REQUESTS)
    throw new Error(`${result['2xx']} of ${REQUESTS} requests were answered`)
  const after = await readMetrics(server)
  return {
    cpuMsPerRequest: ((after.cpuSeconds - before.cpuSeconds) * 1000) / REQUESTS,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    eventLoopDelayP99Ms: after.delayP99Ms,
  }
}

async function readMetrics(
  server: ServerProcess,
): Promise<{ cpuSeconds: number; delayP99Ms: number }> {
  const { body } = await ask(`${server.baseUrl}/metrics`)
  const value = (name: string): number =>
    Number(new RegExp(`^${name} (.*)$`, 'm').exec(body as string)?.[1])
  return {
    cpuSeconds: value('process_cpu_seconds_total'),
    delayP99Ms: value('nodejs_eventloop_lag_p99_seconds') * 1000,
  }
}

/** From the start of the process to the first photo it could answer at full speed. */
interface Starts {
  readonly host: string
  readonly median: number
  readonly values: readonly number[]
}

async function measureStarts(): Promise<readonly Starts[]> {
  const hosts = [CONTAINER, KUBELESS].map((host) => ({ ...host, values: [] as number[] }))
  for (let i = 0; i < STARTS; i++) {
    for (const { file, env, values } of hosts) {
      const server = await startServer({ file, env })
      values.push(Number(server.log.find(({ msg }) => msg === 'ready')?.['startToReadyMs']))
      await server.stop()
    }
  }
  return hosts.map(({ name, values }) => ({ host: name, median: median(values), values }))
}

/** Medians over the blocks of one host at one number of connections. */
export interface Condition extends Served {
  readonly decodeAndPredictCpuMs: number
}

function summarise(blocks: readonly Block[]): readonly Condition[] {
  const conditions = blocks[0]?.served ?? []
  return conditions.map(({ host, connections }, i) => {
    const of = (name: keyof Sample | 'outsideCpuMsPerRequest'): number =>
      median(blocks.map(({ served }) => served[i]![name]))
    return {
      host,
      connections,
      decodeAndPredictCpuMs: median(blocks.map((block) => block.decodeAndPredictCpuMs)),
      cpuMsPerRequest: of('cpuMsPerRequest'),
      outsideCpuMsPerRequest: of('outsideCpuMsPerRequest'),
      p50Ms: of('p50Ms'),
      p99Ms: of('p99Ms'),
      eventLoopDelayP99Ms: of('eventLoopDelayP99Ms'),
    }
  })
}

/** The conditions as bars of a plot. */
export const toBars = (
  conditions: readonly Condition[],
): readonly { title: string; decodeAndPredictCpuMs: number; outsideCpuMs: number }[] =>
  conditions.map(({ host, connections, decodeAndPredictCpuMs, outsideCpuMsPerRequest }) => ({
    title: `${host}, ${connections} at once`,
    decodeAndPredictCpuMs,
    outsideCpuMs: outsideCpuMsPerRequest,
  }))
