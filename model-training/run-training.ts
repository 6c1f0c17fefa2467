import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { toBytes, toCheckpoint, type Checkpoint, type Settings } from './checkpoint'
import type { CacheUse } from './data/cache-error'
import { keepFile } from './data/keep-file'
import { toProgressLine } from './log'
import type { Progress } from './progress'
import { tellSteps } from './tell-progress'
import { train, type TrainOptions } from './train'

interface RunOptions extends TrainOptions {
  /** To keep the checkpoint in. */
  readonly folder: string
  /** What has to be the same for an earlier training to be gone on with. */
  readonly settings: Settings
  readonly resume: boolean
  readonly say: (line: string) => void
}

const USE: CacheUse = {
  what: 'how far the training has come',
  otherwise: 'and the same command with --resume goes on after the last epoch that was kept',
}

/**
 * Trains a network, keeps a checkpoint after every epoch, and tells how far it is, and how to go on where it is stopped.
 *
 * @returns the last epoch's progress, and the time that all epochs took, in ms
 * @throws CheckpointError if it cannot be resumed
 * @throws CacheError if the disk is full or may not be written to
 */
export async function runTraining(
  network: LayersModel,
  { folder, settings, resume, say, ...options }: RunOptions,
): Promise<{ readonly progress: Progress; readonly trainingTime: number }> {
  const earlier = resume ? await readCheckpoint(folder, settings) : undefined
  if (resume && earlier === undefined) say('nothing to resume, starting anew')
  const { signal, epochs } = options
  const [startedAt, spent] = [performance.now(), earlier?.trainingTime ?? 0]
  const first = earlier?.progress.log.length ?? 0
  let [kept, trainingTime] = [first, spent]
  const keep = async (progress: Progress): Promise<void> => {
    const here = performance.now() - startedAt
    trainingTime = spent + here
    await writeCheckpoint(folder, { settings, trainingTime, progress })
    kept = progress.log.length
    const entry = progress.log.at(-1)
    const left = (here / (kept - first)) * (epochs - kept)
    if (entry) say(toProgressLine(entry, epochs, left))
  }
  const onStep = tellSteps(epochs, say)
  try {
    const progress = await train(network, {
      ...{ ...options, onStep, onEpoch: keep },
      from: earlier?.progress,
    })
    return { progress, trainingTime }
  } finally {
    if (signal?.aborted && kept > 0) {
      say(`the same command with --resume goes on after epoch ${kept}, the last one that is kept`)
    }
  }
}

async function readCheckpoint(folder: string, settings: Settings): Promise<Checkpoint | undefined> {
  const bytes = await readFile(join(folder, 'checkpoint.bin')).catch(() => undefined)
  return bytes && toCheckpoint(bytes, settings)
}

/** A stop while it is written loses this epoch, not the one before. */
const writeCheckpoint = (folder: string, checkpoint: Checkpoint): Promise<void> =>
  keepFile(join(folder, 'checkpoint.bin'), toBytes(checkpoint), USE)
