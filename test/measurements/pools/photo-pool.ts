import { join } from 'node:path'
import { Piscina } from 'piscina'
import { createInference } from '../../../inference'
import type { PhotoOutcome } from '../../../inference/classify'
import type { Prediction } from '../../../inference/prediction'
import { MAX_BATCH } from './conditions'
import type { Condition, Work } from './conditions'
import { toIdleOutcome } from './idle-outcome'

/** Threads that classify photos, whosever they are. */
export interface PhotoPool {
  /** @param photo in a buffer of its own, which may be gone afterwards */
  readonly classify: (photo: Uint8Array<ArrayBuffer>) => Promise<Prediction>
  readonly close: () => Promise<void>
}

/** What is asked of a pool when it starts. */
export type PoolOptions = Pick<Condition, 'pool' | 'work' | 'threads'>

const MODEL = join(__dirname, '../../../inference/models/photo-net')

/** Of inference/worker-thread.ts, so that threads collect their garbage alike. */
const MAX_YOUNG_MB = 3

/** What piscina runs for each work. */
const TASKS: Readonly<Record<Work, { readonly filename: string; readonly name: string }>> = {
  classify: { filename: join(__dirname, 'piscina-worker.ts'), name: 'classify' },
  idle: { filename: join(__dirname, 'idle-outcome.ts'), name: 'toIdleOutcome' },
}

/** Starts a pool, and resolves once each of its threads would answer. */
export function startPhotoPool({ pool, ...options }: PoolOptions): Promise<PhotoPool> {
  switch (pool) {
    case 'ours':
      return startOurs(options, MAX_BATCH)
    case 'oursOne':
      return startOurs(options, 1)
    case 'cloned':
      return startPiscina(options, () => [])
    case 'transferred':
      return startPiscina(options, (photo) => [photo.buffer])
    case 'none':
      return Promise.resolve({
        classify: (photo) => Promise.resolve(photo).then(toIdleOutcome).then(toPrediction),
        close: () => Promise.resolve(),
      })
  }
}

type Threads = Omit<PoolOptions, 'pool'>

async function startOurs({ work, threads }: Threads, maxBatch: number): Promise<PhotoPool> {
  const inference = await createInference({
    modelFolders: [MODEL],
    workers: threads,
    engine: 'onnx',
    maxBatch,
    ...(work === 'idle' && { workerFile: join(__dirname, 'idle-worker.ts') }),
  })
  return {
    async classify(photo) {
      return (await inference.pool.classify(photo)).prediction
    },
    close: () => inference.close(),
  }
}

async function startPiscina(
  { work, threads }: Threads,
  transferListOf: (photo: Uint8Array<ArrayBuffer>) => ArrayBuffer[],
): Promise<PhotoPool> {
  const pool = new Piscina<Uint8Array, PhotoOutcome>({
    ...TASKS[work],
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker: 1,
    workerData: MODEL,
    resourceLimits: { maxYoungGenerationSizeMb: MAX_YOUNG_MB },
    execArgv: ['--require', 'ts-node/register'],
  })
  // It hands tasks to threads that are still starting, one to each: once these are answered all are there.
  await Promise.all(Array.from({ length: threads }, () => pool.run(new Uint8Array())))
  return {
    async classify(photo) {
      return toPrediction(await pool.run(photo, { transferList: transferListOf(photo) }))
    },
    close: () => pool.destroy(),
  }
}

function toPrediction(outcome: PhotoOutcome): Prediction {
  if (outcome.state === 'completed') return outcome.prediction
  throw new Error(outcome.reason)
}
