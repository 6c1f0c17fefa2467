import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { version } from 'piscina'
import { loadDecoder, loadEngine, loadModel } from '../../../inference'
import { goodPhotos } from '../../fixtures/good-photos'
import type { FixturePhoto } from '../../fixtures/good-photos'
import { toSchedule } from './conditions'
import type { Condition } from './conditions'
import { summarise } from './summarise'
import type { Cost, Row, Trial } from './summarise'

/** What `measurePools` found. */
export interface PoolsMeasurement {
  /** What decodes and predicts where there is work, and piscina. */
  readonly versions: {
    readonly engine: string
    readonly decoder: string
    readonly piscina: string
  }
  readonly photos: readonly (Pick<FixturePhoto, 'name' | 'width' | 'height'> & {
    readonly bytes: number
  })[]
  readonly summary: readonly Row[]
  /** Their trials, in the order in which they were measured. */
  readonly blocks: readonly (readonly Trial[])[]
}

const MODEL = join(__dirname, '../../../inference/models/photo-net')

/** What handing photos to threads costs through our pool and through piscina, with the same work in the threads. */
export async function measurePools({
  blocks: count,
}: {
  readonly blocks: number
}): Promise<PoolsMeasurement> {
  const photos = await goodPhotos()
  const versions = await readVersions()
  const blocks: Trial[][] = []
  for (let block = 0; block < count; block++) {
    process.stderr.write(`  block ${block + 1} of ${count}\n`)
    const trials: Trial[] = []
    for (const condition of toSchedule(block)) {
      const { bytes } = photos.find(({ name }) => name === condition.photo)!
      trials.push({ ...condition, ...(await measureAlone(condition, bytes)) })
    }
    blocks.push(trials)
  }
  const used = new Set(toSchedule(0).map(({ photo }) => photo))
  return {
    versions,
    photos: photos
      .filter(({ name }) => used.has(name))
      .map(({ name, bytes, width, height }) => ({ name, bytes: bytes.length, width, height })),
    summary: summarise(blocks),
    blocks,
  }
}

/** In a process of its own. */
export async function measureAlone(condition: Condition, photo: Uint8Array): Promise<Cost> {
  const file = join(__dirname, 'pool-process.ts')
  const args = ['--require', 'ts-node/register', file, JSON.stringify(condition)]
  const running = promisify(execFile)(process.execPath, args)
  // A process that does not take the photo has ended, and why is what it printed.
  running.child.stdin?.on('error', () => undefined).end(photo)
  const { stdout } = await running
  return JSON.parse(stdout) as Cost
}

/** Of what each thread loads by itself. */
async function readVersions(): Promise<PoolsMeasurement['versions']> {
  const model = await loadModel(MODEL)
  const [engine, decoder] = await Promise.all([loadEngine(model, 'onnx'), loadDecoder()])
  await engine.close()
  const nameOf = ({ name, version }: { readonly name: string; readonly version: string }): string =>
    `${name} ${version}`
  return { engine: nameOf(engine), decoder: nameOf(decoder), piscina: version }
}
