import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LABELS } from '../inference/index'
import { toNetworkFiles } from './artifact'
import { toCard } from './card'
import {
  CheckpointError,
  toBytes,
  toCheckpoint,
  type Checkpoint,
  type Settings,
} from './checkpoint'
import { CacheError } from './data/cache-error'
import type { ReadingOptions } from './data/reading'
import { DatasetError, type Dataset } from './dataset'
import { EngineError, loadTrainingEngine, type TrainingEngine } from './engine'
import { evaluate } from './evaluate'
import { interruptible, InterruptedError } from './interruptible'
import { toPrettyJson } from './json'
import {
  toCsv,
  toDatasetLines,
  toEvaluationLine,
  toExclusionLines,
  toProgressLine,
  toReadingLine,
} from './log'
import { countMacs, createNetwork } from './network'
import { readOptions, USAGE, UsageError, type Options } from './options'
import { loadPhotos, type LoadedPhotos } from './photos'
import { readCommit } from './read-commit'
import { tellData } from './tell-data'
import { train, type Progress } from './train'

/** A byte becomes -1..1. */
const NORMALISATION = { scale: 1 / 127.5, offset: -1 }

const say = (line: string): void => void process.stderr.write(`${line}\n`)

/** Where decoded photos and checkpoints are kept, below the folder that the program is started in. */
const CACHE = '.cache'

/** A reading that takes longer than this, in ms, says how far it has come, and again as often. */
const TELL_EVERY = 5000

async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args)
  if (options.help) {
    process.stdout.write(USAGE)
    return
  }
  if (options.dryRun) {
    const cache = { folder: CACHE, mode: 'read' } as const
    const tell = (signal: AbortSignal) => tellData(options, { ...tellReading(), cache, signal })
    process.stdout.write(await interruptible(tell))
    return
  }
  const engine = await loadTrainingEngine()
  const cache = { folder: CACHE, mode: 'read-write' } as const
  const photos = await interruptible((signal) =>
    loadPhotos({ ...options, folder: options.data, ...tellReading(), cache, signal }),
  )
  try {
    toDatasetLines(photos.dataset).forEach(say)
    if (photos.unlabelled) {
      say(`${photos.unlabelled.entries.length} photos without labels`)
      toExclusionLines(photos.unlabelled.excluded).forEach(say)
    }
    await trainModel(options, photos, engine)
  } finally {
    photos.close()
  }
}

function tellReading(): Pick<ReadingOptions, 'onProgress' | 'onNotice'> {
  let toldAt = performance.now()
  return {
    onNotice: say,
    onProgress: (progress) => {
      if (performance.now() - toldAt < TELL_EVERY) return
      toldAt = performance.now()
      say(toReadingLine(progress))
    },
  }
}

async function trainModel(
  options: Options,
  { dataset, parts }: LoadedPhotos,
  engine: TrainingEngine,
): Promise<void> {
  const { name, out, seed, epochs, size, tiers } = options
  const network = createNetwork({ size, labelCount: LABELS.length, seed })
  const { progress, trainingTime } = await runTraining(network, options, dataset, parts)
  const evaluation = evaluate(network, parts.test, { ...NORMALISATION, split: 'test' })
  const files = await toNetworkFiles(network)
  const card = toCard({
    name,
    input: { width: size, height: size, ...NORMALISATION },
    network: { parameters: network.countParams(), macs: countMacs(network) },
    ...dataset,
    training: {
      seed,
      epochs,
      bestEpoch: progress.best.epoch,
      licenceTiers: tiers,
      engine,
      commit: await readCommit(),
      minutes: Math.round(trainingTime / 6000) / 10,
    },
    evaluation,
    files,
  })
  const texts = { 'training-log.csv': toCsv(progress.log), 'card.json': toPrettyJson(card) }
  await writeModel(out, { ...files, ...texts })
  say(`${toEvaluationLine(evaluation)}; wrote ${out}`)
}

async function runTraining(
  network: ReturnType<typeof createNetwork>,
  { name, seed, epochs, size, resume }: Options,
  dataset: Dataset,
  parts: LoadedPhotos['parts'],
): Promise<{ progress: Progress; trainingTime: number }> {
  const settings = { seed, epochs, size, photos: toFingerprint(dataset) }
  const folder = join(CACHE, 'training', name)
  const earlier = resume ? await readCheckpoint(folder, settings) : undefined
  const [startedAt, spent] = [performance.now(), earlier?.trainingTime ?? 0]
  const first = earlier?.progress.log.length ?? 0
  let trainingTime = spent
  const progress = await train(network, {
    training: parts.train,
    validation: parts.val,
    ...NORMALISATION,
    epochs,
    seed,
    from: earlier?.progress,
    onEpoch: async (progress) => {
      const here = performance.now() - startedAt
      trainingTime = spent + here
      await writeCheckpoint(folder, { settings, trainingTime, progress })
      const entry = progress.log.at(-1)
      if (entry === undefined) return
      say(toProgressLine(entry, epochs, (here / (entry.epoch - first)) * (epochs - entry.epoch)))
    },
  })
  return { progress, trainingTime }
}

/** Tells one set of photos and splits from another. */
function toFingerprint({ entries }: Dataset): string {
  const hash = createHash('sha256')
  for (const { file, label, split } of entries) hash.update(`${file}\n${label}\n${split}\n`)
  return hash.digest('hex')
}

async function readCheckpoint(folder: string, settings: Settings): Promise<Checkpoint | undefined> {
  const bytes = await readFile(join(folder, 'checkpoint.bin')).catch(() => undefined)
  if (bytes !== undefined) return toCheckpoint(bytes, settings)
  say('nothing to resume, starting anew')
  return undefined
}

async function writeCheckpoint(folder: string, checkpoint: Checkpoint): Promise<void> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, 'checkpoint.bin')
  await writeFile(`${path}.new`, toBytes(checkpoint))
  // A rename is all or nothing: a stop while writing loses this epoch, not the one before.
  await rename(`${path}.new`, path)
}

/** The card is written last: a folder without one was never finished. */
async function writeModel(out: string, files: Record<string, string | Uint8Array>): Promise<void> {
  await mkdir(out, { recursive: true })
  for (const [file, content] of Object.entries(files)) await writeFile(join(out, file), content)
}

function toExitCode(error: unknown): number {
  if (error instanceof UsageError) return 64
  if (error instanceof DatasetError || error instanceof CheckpointError) return 65
  if (error instanceof CacheError) return 73
  return error instanceof EngineError ? 69 : 1
}

// TensorFlow's own notes about processor features are of no use to someone who waits for an epoch.
process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
main(process.argv.slice(2)).catch((error: unknown) => {
  if (error instanceof InterruptedError) {
    say(error.message)
    // All is cleaned up; whoever started this sees that it ended by the signal, as they asked for.
    process.kill(process.pid, error.signal)
    return
  }
  const exitCode = toExitCode(error)
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  say(exitCode === 1 ? (stack ?? message) : message)
  if (error instanceof UsageError) say('See npm run train -- --help')
  process.exitCode = exitCode
})
