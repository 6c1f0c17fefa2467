import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Body } from '../../bench/load/load'
import { measure } from '../../bench/measure'
import { toRemotes } from '../../bench/open-targets'
import { completeEnvironment, readEnvironmentBefore } from '../../bench/read-environment'
import { readRun } from '../../bench/read-run'
import type { RawRun } from '../../bench/read-run'
import { rebuild } from '../../bench/rebuild'
import { createRecorder } from '../../bench/recorder'
import type { Report } from '../../bench/report/report'
import type { Plan } from '../../bench/run'
import { createProgress } from '../../bench/progress'
import { toFakePhotos } from './fake-photos'

const ROOT = join(__dirname, '..', '..')

/** What a run left. */
export interface Measured {
  readonly folder: string
  readonly raw: RawRun
  readonly report: Report
  /** What was said meanwhile. */
  readonly progress: string
}

interface MeasureOptions {
  readonly a: string
  readonly b: string
  readonly plan?: Partial<Plan>
  readonly photos?: readonly Body[]
  readonly timeLimit?: number
  readonly signal?: AbortSignal
}

/** Makes temporary folders for the tests of a `describe`, which go when they are done. */
export function useFolders(): () => Promise<string> {
  const folders: string[] = []
  after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))
  return async () => {
    const folder = await mkdtemp(join(tmpdir(), 'photo-twin-test-'))
    folders.push(folder)
    return folder
  }
}

/** A short plan for two targets `a` and `b`. */
export function toPlan(photos: readonly Body[], changes: Partial<Plan> = {}): Plan {
  return {
    profile: 'quick',
    seed: 1,
    concurrency: [1],
    blocks: 2,
    trialSize: { requests: 20 },
    groupRepetitions: 0,
    sequenceRequests: 0,
    photos: photos.map(({ bytes }) => ({
      sha256: createHash('sha256').update(bytes).digest('hex'),
      bytes: bytes.byteLength,
    })),
    photoSource: 'made up',
    comparisons: [{ a: 'a', b: 'b' }],
    aa: { a: 'b again', b: 'b' },
    aaMethod: 'b measured a second time in every block',
    formats: ['json'],
    ...changes,
  }
}

/** Measures two running targets in this process, as `npm run compare` does, and reads what it left. */
export async function measureInto(folder: string, options: MeasureOptions): Promise<Measured> {
  const { a, b, photos = toFakePhotos(4), signal = new AbortController().signal } = options
  const { timeLimit = 10_000 } = options
  const columns = toRemotes([
    { name: 'a', baseUrl: a },
    { name: 'b', baseUrl: b },
  ])
  const said: string[] = []
  const progress = createProgress({ write: (text) => said.push(text) })
  const recorder = await createRecorder(folder)
  const before = await readEnvironmentBefore(ROOT)
  await recorder.writeEnvironment(before.environment)
  const plan = toPlan(photos, options.plan)
  await measure({ plan, columns, photos, recorder, progress, signal, timeLimit })
  await recorder.writeEnvironment(completeEnvironment(before))
  const report = await rebuild(folder)
  return { folder, raw: await readRun(folder), report, progress: said.join('') }
}
