import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { toNetworkFiles } from './artifact'
import { loadBackbone, type Backbone } from './backbone'
import { toCard } from './card'
import { toCurve } from './curve'
import type { ReadingOptions } from './data/reading'
import { loadTrainingEngine, type TrainingEngine } from './engine'
import { calibrateNetwork } from './calibrate-network'
import { evaluate } from './evaluate'
import { toExitCode } from './exit-code'
import { requireFree, writeFolder } from './export/write-folder'
import { interruptible, InterruptedError } from './interruptible'
import { toPrettyJson } from './json'
import { leaveOneSourceOut, type SourcesReport } from './leave-one-source-out'
import { toCsv, toDatasetLines, toEvaluationLine, toExclusionLines, toReadingLine } from './log'
import type { MadeNetwork } from './made-network'
import { countMacs } from './networks/count-macs'
import { MINUS_ONE_TO_ONE, type Normalisation } from './normalisation'
import { readOptions, UsageError, type Options } from './options'
import { loadPhotos, type LoadedPhotos } from './photos'
import { readCommit } from './read-commit'
import { requireNoFile, requireWritable } from './require-writable'
import { tellData } from './tell-data'
import { seldom } from './tell-progress'
import { toCommand } from './to-command'
import { trainNetwork } from './train-network'
import { transferNetwork } from './transfer-network'
import { USAGE } from './usage'

const say = (line: string): void => void process.stderr.write(`${line}\n`)

/** Where decoded photos and checkpoints are kept, below the folder that the program is started in. */
const CACHE = '.cache'

/** What training without each source in turn writes. */
const SOURCES_FILE = 'leave-one-source-out.json'

async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args)
  if (options.help) {
    process.stdout.write(USAGE)
    return
  }
  if (options.dryRun) {
    await tellDryRun(options)
    return
  }
  await requireRoom(options)
  // Of the code that trains: by the end, there may be another.
  const commit = await readCommit()
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
    const given = { options, photos, engine, backbone, commit }
    if (options.leaveOneSourceOut) {
      await interruptible((signal) => tellSources({ ...given, signal }))
    } else {
      await keep(await interruptible((signal) => make({ ...given, signal })), given)
    }
  } finally {
    photos.close()
  }
}

async function tellDryRun(options: Options): Promise<void> {
  const cache = { folder: CACHE, mode: 'read' } as const
  const tell = (text: string): void => void process.stdout.write(text)
  await interruptible((signal) => tellData(options, { ...tellReading(), cache, signal }, tell))
}

/** Before hours are spent on what is to be written. */
async function requireRoom({ out, replace, leaveOneSourceOut }: Options): Promise<void> {
  if (leaveOneSourceOut) {
    await requireNoFile(join(out, SOURCES_FILE), { replace })
    await requireWritable(out)
    return
  }
  await requireFree(out, { replace })
  // The new folder is written beside the place that it then takes.
  await requireWritable(dirname(out))
}

const tellReading = (): Pick<ReadingOptions, 'onProgress' | 'onNotice'> => ({
  onNotice: say,
  onProgress: seldom((progress) => {
    say(toReadingLine(progress))
  }),
})

interface Given {
  readonly options: Options
  readonly photos: LoadedPhotos
  readonly engine: TrainingEngine
  readonly backbone: Backbone | undefined
  readonly commit: string
}

interface Interruptible extends Given {
  readonly signal: AbortSignal
}

interface Made extends Normalisation {
  readonly size: number
  readonly made: MadeNetwork
}

async function make({ backbone, ...rest }: Interruptible): Promise<Made> {
  const { options } = rest
  const given = { ...rest, cacheFolder: CACHE, say }
  if (options.backbone !== undefined && backbone !== undefined) {
    const made = await transferNetwork({ ...given, backbone })
    return { made, size: backbone.size, scale: backbone.scale, offset: backbone.offset }
  }
  const made = await trainNetwork({ ...given, backbone, normalisation: MINUS_ONE_TO_ONE })
  return { made, size: options.size, ...MINUS_ONE_TO_ONE }
}

/** Trains without each source in turn and writes how well its photos are told then. */
async function tellSources({ commit, ...training }: Interruptible): Promise<void> {
  const { options, engine, backbone } = training
  const given = { ...training, normalisation: MINUS_ONE_TO_ONE, cacheFolder: CACHE, say }
  const findings = await leaveOneSourceOut(given)
  const { network, size, seed, epochs, tiers: licenceTiers } = options
  const report: SourcesReport = {
    command: toCommand(options, engine, backbone?.name),
    commit,
    engine: { name: engine.name, version: engine.version },
    ...{ network, size, seed, epochs, licenceTiers, teacher: backbone?.name ?? null },
    ...findings,
  }
  await mkdir(options.out, { recursive: true })
  const file = join(options.out, SOURCES_FILE)
  await writeFile(file, toPrettyJson(report))
  say(`wrote ${file}`)
}

/** Calibrates a network on the validation part, measures it on the test part and writes its folder. */
async function keep(
  { made: { network, log, facts }, size, scale, offset }: Made,
  { options, photos: { dataset, parts }, engine, backbone, commit }: Given,
): Promise<void> {
  const temperature = calibrateNetwork(network, parts.val, { scale, offset })
  const evaluation = evaluate(network, parts.test, { scale, offset, split: 'test' })
  const files = await toNetworkFiles(network)
  const card = toCard({
    name: options.name,
    licence: options.licence,
    input: { width: size, height: size, scale, offset },
    network: { parameters: network.countParams(), macs: countMacs(network) },
    ...dataset,
    training: {
      command: toCommand(options, engine, backbone?.name),
      ...facts,
      ...(temperature !== undefined && { temperature: Number(temperature.toPrecision(3)) }),
      ...(facts.method === 'from scratch' && { network: options.network }),
      seed: options.seed,
      ...(options.photosPerLabel && { photosPerLabel: options.photosPerLabel }),
      licenceTiers: options.tiers,
      engine: { name: engine.name, version: engine.version },
      commit,
    },
    evaluation,
    files,
  })
  const logFiles = log.length > 0 ? await toLogFiles(log) : {}
  const all = { ...files, ...logFiles, 'card.json': toPrettyJson(card) }
  await writeFolder(options.out, all, options)
  say(`${toEvaluationLine(evaluation)}; wrote ${options.out}`)
}

const toLogFiles = async (log: MadeNetwork['log']) => ({
  'training-log.csv': toCsv(log),
  'training-curve.svg': await toCurve(log),
})

// TensorFlow's own notes about processor features are of no use to someone who waits for an epoch.
process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
// On processors without AVX-512 it is off unless asked for, and a step then takes 1.4 times as long.
process.env.TF_ENABLE_ONEDNN_OPTS ??= '1'
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
