import { loadDecoder } from '../../inference/index'
import { DatasetError, toUnusedClause } from './dataset-error'
import type { Exclusion } from './entry'
import type { Fingerprint } from './fingerprint'
import { createFolderSource } from './folder-source'
import { isChosenTier, toTierReason } from './licence-tiers'
import { readManifest } from './manifest'
import { findNearPairs } from './near-pairs'
import { toPathFault } from './path-fault'
import { isPhotoName } from './photo-name'
import type { PhotoSource } from './photo-source'
import type { ReadingOptions } from './reading'
import { surveyPhotos } from './survey-photos'

/** A photo of which no label is known. */
export interface UnlabelledEntry {
  /** Path below the folder, with `/`. */
  readonly file: string
  /** As an entry's. */
  readonly tier: string | undefined
  readonly source: string | undefined
}

export interface UnlabelledDataset {
  readonly entries: readonly UnlabelledEntry[]
  readonly excluded: readonly Exclusion[]
  readonly source: PhotoSource
  /** Of each entry, by its file. */
  readonly fingerprints: ReadonlyMap<string, Fingerprint>
}

interface UnlabelledOptions extends ReadingOptions {
  /** Licence tiers to learn from; tier C never is. */
  readonly tiers: readonly string[]
  /** Of the validation and test photos: nothing that a figure is had on is learnt from. */
  readonly heldOut: readonly Fingerprint[]
}

/**
 * Lists a folder's photos without labels and leaves out what is damaged, there twice, of another licence tier, or a
 * validation or test photo.
 *
 * @param folder with or without a manifest.csv (file, source_repo, licence_tier)
 * @throws DatasetError if it cannot be read, or holds no photo that can be used
 * @throws CacheError if the disk is full or may not be written to
 */
export async function readUnlabelled(
  folder: string,
  options: UnlabelledOptions,
): Promise<UnlabelledDataset> {
  const source = await createFolderSource(folder)
  const listed = await list(folder, source.files, options.tiers)
  const files = listed.entries.map(({ file }) => file)
  const decoder = await loadDecoder('sharp')
  const task = 'looking at unlabelled photos'
  const sights = await surveyPhotos(files, { ...options, source, decoder, task })
  const seen: Seen[] = []
  const unusable: Exclusion[] = []
  for (const [place, entry] of listed.entries.entries()) {
    const sight = sights[place]
    if (sight?.state === 'seen') seen.push({ ...entry, fingerprint: sight.fingerprint })
    else unusable.push({ file: entry.file, reason: sight?.reason ?? 'missing file' })
  }
  const copies = findCopies(seen, options.heldOut)
  const excluded = [...listed.excluded, ...unusable, ...copies.values()]
  const entries = seen.flatMap((photo) => {
    const { file, tier, source: origin } = photo
    return copies.has(photo) ? [] : [{ file, tier, source: origin }]
  })
  const fingerprints = new Map(seen.map(({ file, fingerprint }) => [file, fingerprint]))
  if (entries.length > 0) return { entries, excluded, source, fingerprints }
  throw new DatasetError(`${folder} has no photo to learn from${toUnusedClause(excluded)}`)
}

async function list(folder: string, files: readonly string[], tiers: readonly string[]) {
  const rows = await readManifest(folder, ['file'])
  const named = new Set(rows?.map(({ file }) => file) ?? files.filter(isPhotoName))
  const rest = files.filter((file) => !named.has(file) && file !== 'manifest.csv')
  const reason = rows === undefined ? 'no photo by its name' : 'not in the manifest'
  const excluded: Exclusion[] = rest.map((file) => ({ file, reason }))
  const entries: UnlabelledEntry[] = []
  const all = rows ?? [...named].map((file) => ({ file }))
  for (const { file = '', licence_tier: tier, source_repo: source } of all as Row[]) {
    const fault = toPathFault(file)
    if (fault !== undefined) excluded.push({ file, reason: fault })
    else if (isChosenTier(tier, tiers)) entries.push({ file, tier, source })
    else excluded.push({ file, reason: toTierReason(tier) })
  }
  return { entries, excluded }
}

type Row = Readonly<Partial<Record<'file' | 'licence_tier' | 'source_repo', string>>>

type Seen = UnlabelledEntry & { readonly fingerprint: Fingerprint }

function findCopies(
  photos: readonly Seen[],
  heldOut: readonly Fingerprint[],
): ReadonlyMap<Seen, Exclusion> {
  const copies = new Map<Seen, Exclusion>()
  const heldOutBytes = new Set(heldOut.map(({ sha256 }) => sha256))
  const firstOf = new Map<string, Seen>()
  for (const photo of photos) {
    const { file, fingerprint } = photo
    const first = firstOf.get(fingerprint.sha256)
    if (heldOutBytes.has(fingerprint.sha256)) {
      copies.set(photo, { file, reason: 'same bytes as a validation or test photo' })
    } else if (first === undefined) {
      firstOf.set(fingerprint.sha256, photo)
    } else {
      const detail = first.file
      copies.set(photo, { file, reason: 'same bytes as another photo', detail })
    }
  }
  const looks = [...heldOut, ...photos.map(({ fingerprint }) => fingerprint)]
  for (const [first, second] of findNearPairs(looks.map((one) => one.looks))) {
    const photo = photos[second - heldOut.length]
    if (first >= heldOut.length || photo === undefined || copies.has(photo)) continue
    copies.set(photo, { file: photo.file, reason: 'looks like a validation or test photo' })
  }
  return copies
}
