import { stat } from 'node:fs/promises'
import { LABELS } from '../../inference/index'
import { countBy } from '../data/count-by'
import { UnknownFormError } from '../data/dataset-error'
import { findListing } from '../data/find-listing'
import { createFolderSource } from '../data/folder-source'
import { TRAINED_ON } from '../data/licence-tiers'
import { isGzip } from '../data/tar-members'
import type { PhotoSource } from '../data/photo-source'
import { DatasetError, readDataset, type Exclusion, type Split } from '../dataset'
import { DataError } from './data-error'
import type { KnownPhoto } from './judged-photo'
import type { EvaluatedSplit, ModelEvaluation } from './model-evaluation'
import { createReader, type ReadPhoto } from './read-photo'

/** A photo and the part it is in; undefined where all photos are one. */
export type DataPhoto = KnownPhoto & { readonly split: Split | undefined }

/** What some data hold. */
export interface EvaluationData {
  readonly photos: readonly DataPhoto[]
  readonly splitFrom: ModelEvaluation['data']['splitFrom']
  /** The seed drew so many of each label before it made the parts; undefined where it took all, or made none. */
  readonly photosPerLabel?: number | undefined
  /** Photos that are in no part, by reason. */
  readonly unused: Readonly<Record<string, number>>
  /** What a person should know of the data. */
  readonly warnings: readonly string[]
  readonly read: ReadPhoto
}

interface ReadOptions {
  /** The model's. */
  readonly labels: readonly string[]
  /** What the user chose, if anything. */
  readonly split: EvaluatedSplit | undefined
  readonly seed: number
  /** Training's sample, without which the same seed makes other parts; undefined where training took all. */
  readonly photosPerLabel?: number | undefined
  /** Licence tiers that training learnt from; those that it takes unless others are asked for, if it is not said. */
  readonly licenceTiers?: readonly string[] | undefined
  readonly signal: AbortSignal | undefined
}

/** Where `npm run train` leaves what it saw of the photos, which saves looking at them again. */
const CACHE = { folder: '.cache', mode: 'read' } as const

/**
 * Lists the photos of data, in whichever form training takes them. The parts are those of a manifest; else, and only if
 * one of them is asked for or the data are Yelp's, those that training would make with the seed
 * and the sample. A plain folder may also
 * have other labels than the project's, if the model has them.
 *
 * @param path a folder or a tar
 * @throws DataError if they cannot be used
 */
export async function readData(path: string, options: ReadOptions): Promise<EvaluationData> {
  try {
    return await read(path, options)
  } catch (cause) {
    if (cause instanceof DatasetError) throw new DataError(cause.message, { cause })
    throw cause
  }
}

/** The one place that knows how training reads data. */
async function read(path: string, options: ReadOptions): Promise<EvaluationData> {
  const { labels, split, seed, photosPerLabel, signal } = options
  // They decide about the parts that a model learns from only.
  const { licenceTiers: tiers = TRAINED_ON } = options
  const listing = await findListing(path, { tiers, signal }).catch(toUnknownForm)
  if (listing instanceof UnknownFormError) {
    const plain = await readFolders(path, labels)
    if (plain === undefined) throw listing
    return plain
  }
  if (listing.origin === 'manifest') {
    return toData(listing.candidates, { ...listing, splitFrom: 'data' })
  }
  if (listing.origin === 'folders' && (split === undefined || split === 'all')) {
    const plain = await readFolders(path, labels)
    if (plain !== undefined) return plain
  }
  const how = { tiers, seed, photosPerLabel, cache: CACHE, signal }
  const dataset = await readDataset(path, how)
  const data = await toData(dataset.entries, { ...dataset, splitFrom: 'seed' })
  return { ...data, photosPerLabel }
}

/** A list that is there, but wrong, is not passed over: without it, tested photos may be learnt ones. */
function toUnknownForm(error: unknown): UnknownFormError {
  if (error instanceof UnknownFormError) return error
  throw error
}

interface Found {
  readonly splitFrom: EvaluationData['splitFrom']
  readonly source: PhotoSource
  readonly excluded: readonly Exclusion[]
  readonly warnings: readonly string[]
}

async function toData(photos: readonly DataPhoto[], found: Found): Promise<EvaluationData> {
  const { splitFrom, source, excluded, warnings } = found
  // Each photo is read in its turn, and again for every change.
  if (!(await stat(source.path)).isDirectory() && (await isGzip(source.path))) {
    throw new DataError(
      `${source.path} is compressed, which has to be read from its beginning for each photo: unpack it`,
    )
  }
  const unused = countBy(excluded, ({ reason }) => reason)
  return { photos, splitFrom, unused, warnings, read: createReader(source) }
}

/** All photos of a folder per label; undefined where there is no such folder. */
async function readFolders(
  path: string,
  labels: readonly string[],
): Promise<EvaluationData | undefined> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory() !== true) return undefined
  const source = await createFolderSource(path)
  // A label of the project that the model lacks stays here, and is refused with the data later.
  const known = new Set([...labels, ...LABELS])
  const photos: DataPhoto[] = []
  const excluded: Exclusion[] = []
  for (const file of source.files) {
    const [label = '', ...names] = file.split('/')
    // What lies beside the folders, such as a README, is nobody's photo.
    if (names.length === 0) continue
    if (known.has(label)) photos.push(toPhoto(file, label))
    else excluded.push({ file, reason: `unknown label "${label}"` })
  }
  if (photos.length === 0) return undefined
  return toData(photos, { splitFrom: 'none', source, excluded, warnings: [] })
}

function toPhoto(file: string, label: string): DataPhoto {
  const unknown = { split: undefined, tier: undefined, source: undefined }
  return { file, label, ...unknown, heldoutSource: false }
}
