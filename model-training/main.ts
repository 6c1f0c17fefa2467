import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toNetworkFiles } from './artifact'
import { BackboneError, loadBackbone, type Backbone } from './backbone'
import { toCard } from './card'
import { CheckpointError } from './checkpoint'
import { toCurve } from './curve'
import { CacheError } from './data/cache-error'
import type { ReadingOptions } from './data/reading'
import { DatasetError } from './dataset'
import { EngineError, loadTrainingEngine, type TrainingEngine } from './engine'
import { evaluate } from './evaluate'
import { interruptible, InterruptedError } from './interruptible'
import { toPrettyJson } from './json'
import { leaveOneSourceOut } from './leave-one-source-out'
import { toCsv, toDatasetLines, toEvaluationLine, toExclusionLines, toReadingLine } from './log'
import type { MadeNetwork, Normalisation } from './made-network'
import { countMacs } from './networks/count-macs'
import { readOptions, USAGE, UsageError, type Options } from './options'
import { loadPhotos, type LoadedPhotos } from './photos'
import { readCommit } from './read-commit'
import { tellData } from './tell-data'
import { trainNetwork } from './train-network'
import { transferNetwork } from './transfer-network'
import { writeModel } from './write-model'

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
  const engine = await loadTrainingEngine(options.engine)
  if (engine.notice !== undefined) say(engine.notice)
  const folder = options.backbone ?? options.teacher
  const backbone = folder === undefined ? undefined : await loadBackbone(folder)
  // A new head does not change what a backbone takes.
  const size = options.backbone === undefined ? options.size : (backbone?.size ?? options.size)
  const cache = { folder: CACHE, mode: 'read-write' } as const
  const photos = await interruptible((signal) =>
    loadPhotos({ ...options, size, folder: options.data, ...tellReading(), cache, signal }),
  )
  try {
    toDatasetLines(photos.dataset).forEach(say)
    if (photos.unlabelled) {
      say(`${photos.unlabelled.entries.length} photos without labels`)
      toExclusionLines(photos.unlabelled.excluded).forEach(say)
    }
    if (options.leaveOneSourceOut) await tellSources(options, photos, engine, backbone)
    else await keep(await make(options, photos, engine, backbone), options, photos, engine)
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

interface Made extends Normalisation {
  readonly size: number
  readonly made: MadeNetwork
}

async function make(
  options: Options,
  photos: LoadedPhotos,
  engine: TrainingEngine,
  backbone: Backbone | undefined,
): Promise<Made> {
  const given = { options, photos, engine, cacheFolder: CACHE, say }
  if (options.backbone !== undefined && backbone !== undefined) {
    const made = await transferNetwork({ ...given, backbone })
    return { made, size: backbone.size, scale: backbone.scale, offset: backbone.offset }
  }
  const made = await trainNetwork({ ...given, backbone, normalisation: NORMALISATION })
  return { made, size: options.size, ...NORMALISATION }
}

/** Trains without each source in turn and writes how well its photos are told then. */
async function tellSources(
  options: Options,
  photos: LoadedPhotos,
  engine: TrainingEngine,
  backbone: Backbone | undefined,
): Promise<void> {
  const given = { options, photos, engine, backbone, normalisation: NORMALISATION }
  const sources = await leaveOneSourceOut({ ...given, cacheFolder: CACHE, say })
  const { network, size, seed, epochs, tiers: licenceTiers } = options
  const facts = {
    ...{ network, size, seed, epochs, licenceTiers, teacher: backbone?.name },
    engine: { name: engine.name, version: engine.version },
    commit: await readCommit(),
  }
  await mkdir(options.out, { recursive: true })
  const file = join(options.out, 'leave-one-source-out.json')
  await writeFile(file, toPrettyJson({ ...facts, sources }))
  say(`wrote ${file}`)
}

/** Measures a network on the test part and writes its folder. */
async function keep(
  { made: { network, log, facts }, size, scale, offset }: Made,
  options: Options,
  { dataset, parts }: LoadedPhotos,
  engine: TrainingEngine,
): Promise<void> {
  const evaluation = evaluate(network, parts.test, { scale, offset, split: 'test' })
  const files = await toNetworkFiles(network)
  const card = toCard({
    name: options.name,
    input: { width: size, height: size, scale, offset },
    network: { parameters: network.countParams(), macs: countMacs(network) },
    ...dataset,
    training: {
      ...facts,
      ...(facts.method === 'from scratch' && { network: options.network }),
      seed: options.seed,
      licenceTiers: options.tiers,
      engine: { name: engine.name, version: engine.version },
      commit: await readCommit(),
    },
    evaluation,
    files,
  })
  const logFiles = log.length > 0 ? await toLogFiles(log) : {}
  await writeModel(options.out, { ...files, ...logFiles, 'card.json': toPrettyJson(card) })
  say(`${toEvaluationLine(evaluation)}; wrote ${options.out}`)
}

const toLogFiles = async (log: MadeNetwork['log']) => ({
  'training-log.csv': toCsv(log),
  'training-curve.svg': await toCurve(log),
})

function toExitCode(error: unknown): number {
  if (error instanceof UsageError) return 64
  const isInput = [DatasetError, CheckpointError, BackboneError].some(
    (kind) => error instanceof kind,
  )
  if (isInput) return 65
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
