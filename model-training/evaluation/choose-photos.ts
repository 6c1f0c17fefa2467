import { DataError } from './data-error'
import { listNames } from './list-names'
import type { EvaluatedSplit } from './model-evaluation'
import type { EvaluationData, DataPhoto } from './read-data'
import type { TrainingSplit } from './training-split'

/** The photos to be evaluated. */
export interface ChosenPhotos {
  readonly split: EvaluatedSplit
  readonly photos: readonly DataPhoto[]
  /** To fit a temperature to; empty where the data have no such part or it is not to be tried. */
  readonly validation: readonly DataPhoto[]
  /** Sources of the training part; undefined where the data do not say. */
  readonly trainingSources: ReadonlySet<string> | undefined
  readonly warnings: readonly string[]
}

interface ChooseOptions {
  readonly model: string
  /** The model's. */
  readonly labels: readonly string[]
  readonly split: EvaluatedSplit | undefined
  /** That the parts were made with where the data have none. */
  readonly seed: number
  readonly training: Pick<TrainingSplit, 'seed'>
}

/**
 * Chooses the part to be evaluated: the test part, or all photos where there are no parts.
 *
 * @throws DataError if there is no photo, or one of a label that the model does not have
 */
export function choosePhotos(data: EvaluationData, options: ChooseOptions): ChosenPhotos {
  const { model, labels } = options
  const split = options.split ?? (data.splitFrom === 'none' ? 'all' : 'test')
  const photos = data.photos.filter((photo) => split === 'all' || photo.split === split)
  const hasTest = photos.some((photo) => photo.split === 'test')
  const validation = hasTest ? data.photos.filter((photo) => photo.split === 'val') : []
  requirePhotos(photos, { split, labels, unused: data.unused })
  requireKnownLabels([...photos, ...validation], { model, labels })
  return {
    split,
    photos,
    validation,
    trainingSources: toTrainingSources(data.photos),
    warnings: [
      ...data.warnings,
      ...warnOfSplit(data, split),
      ...warnOfSeed(data, options),
      ...warnOfLabels(photos, labels),
    ],
  }
}

function requirePhotos(
  photos: readonly DataPhoto[],
  {
    split,
    labels,
    unused,
  }: Pick<ChosenPhotos, 'split'> & Pick<EvaluationData, 'unused'> & { labels: readonly string[] },
): void {
  if (photos.length > 0) return
  const where = split === 'all' ? 'the data' : `the ${split} part of the data`
  const others = Object.entries(unused).map(([reason, count]) => `${count} with ${reason}`)
  const found = others.length > 0 ? ` (there are ${listSome(others)})` : ''
  throw new DataError(
    `there is no photo to evaluate in ${where}${found}; the model needs a folder for each of ${listSome(labels)}`,
  )
}

function requireKnownLabels(
  photos: readonly DataPhoto[],
  { model, labels }: Pick<ChooseOptions, 'model' | 'labels'>,
): void {
  const present = [...new Set(photos.map(({ label }) => label))]
  const foreign = present.filter((label) => !labels.includes(label))
  if (foreign.length === 0) return
  throw new DataError(
    `the data have photos of ${listSome(foreign)}, which the model ${model} does not know: ` +
      `its ${labels.length} labels are ${listSome(labels)}; evaluate it on photos of its own labels`,
  )
}

function toTrainingSources(photos: readonly DataPhoto[]): ReadonlySet<string> | undefined {
  const sources = photos
    .filter(({ split }) => split === 'train')
    .flatMap(({ source }) => source ?? [])
  return sources.length > 0 ? new Set(sources) : undefined
}

function warnOfSplit({ splitFrom }: EvaluationData, split: EvaluatedSplit): string[] {
  if (splitFrom === 'none') {
    return [
      'the data say nothing of parts: all photos are evaluated, also those that the model may have learnt from',
    ]
  }
  const learnt = split === 'train' || split === 'all'
  return learnt
    ? [`the ${split === 'all' ? 'photos' : 'part'} evaluated may be what the model has learnt from`]
    : []
}

/** A seed makes what training learnt from the test part, unless it is training's own. */
function warnOfSeed(
  { splitFrom }: EvaluationData,
  { seed, training }: Pick<ChooseOptions, 'seed' | 'training'>,
): string[] {
  if (splitFrom !== 'seed') return []
  if (training.seed === seed) {
    return [
      `the parts are made by the seed ${seed}, which the model learnt with: they are training's own if these are the photos that training had`,
    ]
  }
  const other =
    training.seed === undefined
      ? 'the card does not say which seed the model learnt with'
      : `the model learnt with the seed ${training.seed}`
  return [
    `the parts are made by the seed ${seed}, but ${other}: it may have learnt from what is evaluated`,
  ]
}

function warnOfLabels(photos: readonly DataPhoto[], labels: readonly string[]): string[] {
  const absent = labels.filter((label) => photos.every((photo) => photo.label !== label))
  if (absent.length === 0) return []
  return [
    `no photo of ${listSome(absent)}: nothing is said of how well ${absent.length === 1 ? 'it is' : 'they are'} found`,
  ]
}

/** `"a", "b" and 3 more`. */
const listSome = (names: readonly string[]): string =>
  listNames(names.map((name) => (name.includes('"') ? name : `"${name}"`)))
