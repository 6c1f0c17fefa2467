import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { IMAGE_ENV } from '../../../bench/targets/image-env'
import { goodPhotos } from '../../fixtures/good-photos'
import { startServer } from '../../helpers/server-process'
import { median } from '../median'
import { load } from '../request/load'
import { readResident, SOURCES, whyNoResident } from './resident'
import type { Resident } from './resident'

/** What `measureMemory` found. */
export interface MemoryMeasurement {
  readonly requests: number
  readonly connections: number
  /** Medians over the blocks. */
  readonly summary: readonly (Stage & { readonly bytes: Resident })[]
  readonly blocks: readonly (readonly Resident[])[]
}

/** A process of which memory is told. */
export interface Stage {
  readonly name: StageName
  /** Of the container twin; 0: it is not the twin. */
  readonly workers: number
}

export type StageName = 'node' | 'thread' | 'runtime' | 'started' | 'loaded'

const ROOT = join(__dirname, '../../..')
const REQUESTS = 2000
const CONNECTIONS = 10

const STAY = 'setInterval(() => {}, 2 ** 30); '
const toThread = (code: string): string =>
  `const { Worker } = require('node:worker_threads');
   const code = ${JSON.stringify(`${STAY}${code}; require('node:worker_threads').parentPort.postMessage('')`)};
   new Worker(code, { eval: true }).once('message', () => console.log('there'))`

/** What is there before anything of ours. */
const BARE: Readonly<Record<'node' | 'thread' | 'runtime', string>> = {
  node: `${STAY}console.log('there')`,
  thread: toThread(''),
  runtime: toThread("require('onnxruntime-node')"),
}

const STAGES: readonly Stage[] = [
  ...(['node', 'thread', 'runtime'] as const).map((name) => ({ name, workers: 0 })),
  ...[1, 2].flatMap((workers) =>
    (['started', 'loaded'] as const).map((name) => ({ name, workers })),
  ),
]

/** What the memory of the container twin is of, beside processes that do nothing yet. Linux only. */
export async function measureMemory({
  blocks: count,
}: {
  readonly blocks: number
}): Promise<MemoryMeasurement> {
  const reason = whyNoResident()
  if (reason !== undefined) throw new Error(`memory is not measured: ${reason}`)
  const photo = (await goodPhotos())[0]!.bytes
  const blocks: Resident[][] = []
  for (let block = 0; block < count; block++) {
    process.stderr.write(`  block ${block + 1} of ${count}\n`)
    const bare: Resident[] = []
    for (const code of Object.values(BARE)) bare.push(await measureBare(code))
    blocks.push([...bare, ...(await measureTwin(1, photo)), ...(await measureTwin(2, photo))])
  }
  const toBytes = (stage: number): Resident =>
    Object.fromEntries(
      SOURCES.map((source) => [source, median(blocks.map((block) => block[stage]![source]))]),
    ) as Resident
  return {
    ...{ requests: REQUESTS, connections: CONNECTIONS, blocks },
    summary: STAGES.map((stage, at) => ({ ...stage, bytes: toBytes(at) })),
  }
}

async function measureBare(code: string): Promise<Resident> {
  const child = spawn(process.execPath, ['--eval', code], {
    cwd: ROOT,
    env: { ...process.env, ...IMAGE_ENV },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close')
  try {
    await Promise.race([
      once(child.stdout, 'data'),
      closed.then(([exitCode]) => {
        throw new Error(`node --eval ended with ${String(exitCode)}`)
      }),
    ])
    return readResident(child.pid ?? 0)
  } finally {
    child.kill('SIGKILL')
    await closed
  }
}

async function measureTwin(workers: number, photo: Uint8Array): Promise<readonly Resident[]> {
  const env = { ...IMAGE_ENV, WORKERS: String(workers) }
  // Nor do the images read source maps, which take 30 MB.
  const server = await startServer({ file: 'dist/container/main.js', env, flags: [] })
  try {
    const started = readResident(server.pid)
    await load({
      url: `${server.baseUrl}/classify`,
      ...{ photo, connections: CONNECTIONS, requests: REQUESTS, onLastAnswer: () => undefined },
    })
    return [started, readResident(server.pid)]
  } finally {
    await server.stop()
  }
}
