import { LABELS, loadDecoder } from '../inference/index'
import { DatasetError, toUnusedClause } from './data/dataset-error'
import { removeDuplicates, type SeenPhoto } from './data/duplicates'
import { SPLITS, type Candidate, type Entry, type Exclusion, type Origin } from './data/entry'
import { findListing } from './data/find-listing'
import type { Fingerprint } from './data/fingerprint'
import type { PhotoSource } from './data/photo-source'
import type { ReadingOptions } from './data/reading'
import { samplePhotos } from './data/sample-photos'
import { splitGroups } from './data/split-groups'
import { surveyPhotos, type Sight } from './data/survey-photos'
import { toGroups } from './data/to-groups'
import { warnOfEntries, warnOfNear } from './data/warnings'

export { DatasetError } from './data/dataset-error'
export type { Entry, Exclusion, Split } from './data/entry'

/** What is learnt from and tested on, and what is not. */
export interface Dataset {
  readonly origin: Origin
  readonly entries: readonly Entry[]
  readonly excluded: readonly Exclusion[]
  /** Sentences about the data that a person should know. */
  readonly warnings: readonly string[]
}

/** A dataset whose photos can be read. */
export interface ReadableDataset extends Dataset {
  readonly source: PhotoSource
  /** Of each entry, by its file. */
  readonly fingerprints: ReadonlyMap<string, Fingerprint>
}

export interface DatasetOptions extends ReadingOptions {
  /** Licence tiers to learn from (training and validation part); tier C never is. */
  readonly tiers: readonly string[]
  /** Decides the split where the data do not, and the sample. */
  readonly seed: number
  /** Takes a sample where a label has more photos. */
  readonly photosPerLabel?: number | undefined
}

/**
 * Lists the labelled photos of a folder or tar, looks at each of them, and leaves out what is damaged or there twice. The
 * split is the manifest's; else it is made 70/15/15 for each label by seed, with the photos of a business, and photos
 * that look like one, on one side.
 *
 * @param path a folder with a manifest.csv, with a folder per label or with Yelp's photos, or Yelp's tar
 * @throws DatasetError if it cannot be used, or a label has no photos in one of the three parts
 * @throws CacheError if the disk is full or may not be written to
 */
export async function readDataset(path: string, options: DatasetOptions): Promise<ReadableDataset> {
  const dataset = await surveyDataset(path, options)
  requireEveryLabel(dataset.entries, dataset.excluded)
  return dataset
}

/** As `readDataset`, but labels may lack photos. */
export async function surveyDataset(
  path: string,
  options: DatasetOptions,
): Promise<ReadableDataset> {
  const { tiers, seed, photosPerLabel: perLabel } = options
  const { origin, source, warnings, ...listed } = await findListing(path, options)
  const drawn = perLabel === undefined ? undefined : { perLabel, seed }
  const sampled = drawn ? samplePhotos(listed.candidates, drawn) : { ...listed, excluded: [] }
  const files = sampled.candidates.map(({ file }) => file)
  const decoder = await loadDecoder('sharp')
  const sights = await surveyPhotos(files, {
    ...options,
    source,
    decoder,
    task: 'looking at photos',
  })
  const { photos, unusable } = sort(sampled.candidates, sights)
  const distinct = removeDuplicates(photos)
  const entries = toEntries(distinct, seed)
  const excluded = [...listed.excluded, ...sampled.excluded, ...unusable, ...distinct.excluded]
  return {
    origin,
    entries,
    excluded,
    warnings: [
      ...warnings,
      ...warnOfNear(distinct.nearPairs, entries),
      ...warnOfEntries(entries, tiers),
    ],
    source,
    fingerprints: new Map(distinct.photos.map(({ file, fingerprint }) => [file, fingerprint])),
  }
}

function sort(candidates: readonly Candidate[], sights: readonly Sight[]) {
  const photos: SeenPhoto[] = []
  const unusable: Exclusion[] = []
  for (const [place, candidate] of candidates.entries()) {
    const sight = sights[place]
    if (sight?.state === 'seen') photos.push({ ...candidate, fingerprint: sight.fingerprint })
    else unusable.push({ file: candidate.file, reason: sight?.reason ?? 'missing file' })
  }
  return { photos, unusable }
}

/** Entries in the order of the photos; the split is made here where the data have none. */
function toEntries(
  { photos, nearPairs }: Pick<ReturnType<typeof removeDuplicates>, 'photos' | 'nearPairs'>,
  seed: number,
): Entry[] {
  const names = photos.map(({ group }) => group)
  const labels = photos.map(({ label }) => LABELS.indexOf(label))
  const unsplit = photos.some(({ split }) => split === undefined)
  const sides = unsplit ? splitGroups(labels, toGroups(names, nearPairs), seed) : []
  return photos.map(({ file, label, split, tier, source, heldoutSource }, place) => ({
    file,
    label,
    split: split ?? sides[place] ?? 'train',
    tier,
    source,
    heldoutSource,
  }))
}

/**
 * Every label has to be learnt, watched and tested.
 *
 * @throws DatasetError naming the labels and the parts that have no photo of them, and why photos were left out
 */
export function requireEveryLabel(entries: readonly Entry[], excluded: readonly Exclusion[]): void {
  const there = new Set(entries.map(({ label, split }) => `${label} ${split}`))
  const lacking = LABELS.flatMap((label) => {
    const parts = SPLITS.filter((split) => !there.has(`${label} ${split}`))
    return parts.length > 0 ? [`of "${label}" in the ${parts.join(' and ')} part`] : []
  })
  if (lacking.length === 0) return
  throw new DatasetError(
    `no photo ${lacking.join(', ')}; the data need photos of each of ` +
      `${LABELS.join(', ')} in each part${toUnusedClause(excluded)}`,
  )
}
