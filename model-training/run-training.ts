import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { toBytes, toCheckpoint, type Checkpoint, type Settings } from './checkpoint'
import { toProgressLine } from './log'
import type { Progress } from './progress'
import { train, type TrainOptions } from './train'

interface RunOptions extends TrainOptions {
  /** To keep the checkpoint in. */
  readonly folder: string
  /** What has to be the same for an earlier training to be gone on with. */
  readonly settings: Settings
  readonly resume: boolean
  readonly say: (line: string) => void
}

/**
 * Trains a network, keeps a checkpoint after every epoch, and tells how far it is.
 *
 * @returns the last epoch's progress, and the time that all epochs took, in ms
 * @throws CheckpointError if it cannot be resumed
 */
export async function runTraining(
  network: LayersModel,
  { folder, settings, resume, say, ...options }: RunOptions,
): Promise<{ readonly progress: Progress; readonly trainingTime: number }> {
  const earlier = resume ? await readCheckpoint(folder, settings) : undefined
  if (resume && earlier === undefined) say('nothing to resume, starting anew')
  const [startedAt, spent] = [performance.now(), earlier?.trainingTime ?? 0]
  const first = earlier?.progress.log.length ?? 0
  let trainingTime = spent
  const progress = await train(network, {
    ...options,
    from: earlier?.progress,
    onEpoch: async (progress) => {
      const here = performance.now() - startedAt
      trainingTime = spent + here
      await writeCheckpoint(folder, { settings, trainingTime, progress })
      const entry = progress.log.at(-1)
      if (entry === undefined) return
      const left = (here / (entry.epoch - first)) * (options.epochs - entry.epoch)
      say(toProgressLine(entry, options.epochs, left))
    },
  })
  return { progress, trainingTime }
}

async function readCheckpoint(folder: string, settings: Settings): Promise<Checkpoint | undefined> {
  const bytes = await readFile(join(folder, 'checkpoint.bin')).catch(() => undefined)
  return bytes && toCheckpoint(bytes, settings)
}

async function writeCheckpoint(folder: string, checkpoint: Checkpoint): Promise<void> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, 'checkpoint.bin')
  await writeFile(`${path}.new`, toBytes(checkpoint))
  // A rename is all or nothing: a stop while writing loses this epoch, not the one before.
  await rename(`${path}.new`, path)
}

/** Tells one set of photos and splits from another. */
export function toFingerprint(
  entries: readonly { readonly file: string; readonly label?: string; readonly split?: string }[],
): string {
  const hash = createHash('sha256')
  for (const { file, label = '', split = '' } of entries) {
    hash.update(`${file}\n${label}\n${split}\n`)
  }
  return hash.digest('hex')
}
