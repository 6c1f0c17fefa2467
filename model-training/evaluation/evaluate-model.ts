import { cpus } from 'node:os'
import {
  DECODERS,
  ENGINES,
  loadModel,
  type DecoderName,
  type EngineName,
  type ModelCard,
} from '../../inference/index'
import { readCommit } from '../read-commit'
import { calibrate, type TemperatureData } from './calibrate'
import { choosePhotos, type ChosenPhotos } from './choose-photos'
import { DataError } from './data-error'
import type { FailedPhoto, JudgedPhoto } from './judged-photo'
import { measureModel } from './measure-model'
import type { Judgement } from './metrics'
import type { EvaluatedSplit, Mistake, ModelEvaluation } from './model-evaluation'
import type { PhotoOutcome } from './predict-photos'
import { readData, type DataPhoto, type EvaluationData } from './read-data'
import type { ReadPhoto } from './read-photo'
import type { OnProgress } from './steps'
import { summarise, toJudgements } from './summarise'
import { toToolFigures } from './tool-figures'
import { startTools, type Tools } from './tools'
import { toTrainingSplit } from './training-split'

/** What is to be evaluated, and how much of it. */
export interface EvaluateOptions {
  readonly modelFolder: string
  readonly dataFolder: string
  /** By default the test part, or all where the data know no parts. */
  readonly split?: EvaluatedSplit | undefined
  /** Decides the parts where the data do not, and the order of measuring; training's by default. */
  readonly seed?: number | undefined
  readonly engines?: readonly EngineName[]
  readonly decoders?: readonly DecoderName[]
  /** Also serve changed photos. */
  readonly robustness?: boolean
  /** Also measure processor times. */
  readonly cpu?: boolean
  /** Its abort ends the evaluation and all its processes. */
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: OnProgress | undefined
  /** Told the worst mistakes while their photos can be read, as for thumbnails. */
  readonly onMistakes?: (mistakes: readonly Mistake[], read: ReadPhoto) => Promise<void>
}

/** Of a model whose card tells none: training's own default. */
const DEFAULT_SEED = 1

/**
 * Evaluates a model's folder on labelled photos exactly as serving would use it: a photo's bytes are decoded and
 * predicted, by every engine and decoder, each in a process of its own that is ended before this returns.
 *
 * @returns plain data, as evaluation.json holds them
 * @throws LoadError (inference) for the model; DataError; NoToolError; ToolError; the signal's reason after an abort
 */
export async function evaluateModel(options: EvaluateOptions): Promise<ModelEvaluation> {
  const { modelFolder, split, engines = ENGINES, decoders = DECODERS, signal } = options
  const { card } = await loadModel(modelFolder)
  const { name, labels } = card
  const training = toTrainingSplit(card['training'])
  const seed = options.seed ?? training.seed ?? DEFAULT_SEED
  const how = { ...training, labels, split, seed, signal }
  const data = await readData(options.dataFolder, how)
  const chosen = choosePhotos(data, { model: name, labels, split, seed, training })
  options.onProgress?.({ share: 0, what: 'loading engines and decoders' })
  const tools = await startTools({
    // The fastest that loads is the reference, however they were asked for.
    engines: ENGINES.filter((engine) => engines.includes(engine)),
    decoders: DECODERS.filter((decoder) => decoders.includes(decoder)),
    modelFolder,
    size: { width: card.input.width, height: card.input.height },
    signal,
  })
  try {
    return await evaluateChosen(options, { card, data, chosen, tools, seed })
  } finally {
    await tools.close()
  }
}

interface Opened {
  readonly card: ModelCard
  readonly data: EvaluationData
  readonly chosen: ChosenPhotos
  readonly tools: Tools
  readonly seed: number
}

async function evaluateChosen(
  { robustness = true, cpu = true, onProgress, onMistakes }: EvaluateOptions,
  { card, data, chosen, tools, seed }: Opened,
): Promise<ModelEvaluation> {
  const { name, sha256, labels } = card
  const { read, splitFrom, photosPerLabel = null, unused } = data
  const truths = chosen.photos.map(({ label }) => labels.indexOf(label))
  const choice = { robustness, cpu, seed, onProgress }
  const measured = await measureModel({ chosen, tools, read, truths, ...choice })
  const { judged, failed } = judge(chosen.photos, measured.plain[0].outcomes)
  requireJudged(judged, failed)
  const validation = judge(chosen.validation, measured.validation).judged
  const summary = summarise(judged, { labels, trainingSources: chosen.trainingSources })
  await onMistakes?.(summary.mistakes, read)
  return {
    version: 1,
    model: { name, sha256, labels },
    data: { split: chosen.split, splitFrom, seed, photosPerLabel, unused },
    warnings: chosen.warnings,
    failed,
    reference: { engine: tools.engines[0].name, decoder: tools.decoders[0].name },
    ...summary,
    calibration: calibrate(
      toJudgements(judged, labels),
      toTemperatureData(chosen, { judged, validation, labels }),
    ),
    robustness: measured.robustness,
    ...toToolFigures({ tools, truths, ...measured }),
    unavailable: tools.unavailable,
    environment: await describeEnvironment(),
  }
}

function judge(
  photos: readonly DataPhoto[],
  outcomes: readonly PhotoOutcome[],
): { judged: (JudgedPhoto & DataPhoto)[]; failed: FailedPhoto[] } {
  const judged: (JudgedPhoto & DataPhoto)[] = []
  const failed: FailedPhoto[] = []
  for (const [i, photo] of photos.entries()) {
    const outcome = outcomes[i]
    if (outcome?.state === 'judged') judged.push({ ...photo, probabilities: outcome.probabilities })
    else failed.push({ file: photo.file, reason: outcome?.reason ?? 'not predicted' })
  }
  return { judged, failed }
}

function requireJudged(judged: readonly JudgedPhoto[], failed: readonly FailedPhoto[]): void {
  if (judged.length > 0) return
  const [first] = failed
  throw new DataError(
    `none of the ${failed.length} photos can be read and decoded, such as ${first?.file ?? ''}: ${first?.reason ?? ''}`,
  )
}

/** The temperature is fitted to the validation part and tried on the test part, whatever else is evaluated. */
function toTemperatureData(
  chosen: ChosenPhotos,
  parts: {
    readonly judged: readonly (JudgedPhoto & DataPhoto)[]
    readonly validation: readonly (JudgedPhoto & DataPhoto)[]
    readonly labels: readonly string[]
  },
): TemperatureData {
  if (chosen.photos.every(({ split }) => split !== 'test')) {
    return { state: 'skipped', reason: 'no photo of a test part is evaluated' }
  }
  if (chosen.validation.length === 0) {
    return { state: 'skipped', reason: 'the data have no validation part' }
  }
  const test = parts.judged.filter(({ split }) => split === 'test')
  const toRows = (photos: readonly JudgedPhoto[]): Judgement[] => toJudgements(photos, parts.labels)
  return { state: 'given', validation: toRows(parts.validation), test: toRows(test) }
}

async function describeEnvironment(): Promise<ModelEvaluation['environment']> {
  const processors = cpus()
  return {
    commit: await readCommit(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpu: processors[0]?.model ?? 'unknown',
    cpus: processors.length,
  }
}
