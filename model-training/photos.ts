import { LABELS, loadDecoder, type Decoder } from '../inference/index'
import { decodePhotos } from './data/decode-photos'
import { SPLITS, type Entry, type Exclusion, type Split } from './data/entry'
import type { Fingerprint } from './data/fingerprint'
import type { PhotoSource } from './data/photo-source'
import type { PhotoStore } from './data/photo-store'
import { readUnlabelled, type UnlabelledEntry } from './data/read-unlabelled'
import type { ReadingOptions } from './data/reading'
import {
  readDataset,
  requireEveryLabel,
  type Dataset,
  type DatasetOptions,
  type ReadableDataset,
} from './dataset'

/** Decoded photos of one split. */
export interface LabelledPhotos {
  /** Width and height in pixels. */
  readonly size: number
  readonly entries: readonly Entry[]
  /** Place of each entry's label in LABELS. */
  readonly labels: readonly number[]
  /** RGB of each entry. */
  readonly store: PhotoStore
}

/** Decoded photos without labels. */
export interface UnlabelledPhotos {
  /** Width and height in pixels. */
  readonly size: number
  readonly entries: readonly UnlabelledEntry[]
  /** RGB of each entry. */
  readonly store: PhotoStore
  readonly excluded: readonly Exclusion[]
  /** Of each entry, by its file. */
  readonly fingerprints: ReadonlyMap<string, Fingerprint>
}

export type Parts = Readonly<Record<Split, LabelledPhotos>>

interface LoadOptions extends DatasetOptions {
  /** A folder or a tar of labelled photos. */
  readonly folder: string
  /** Width and height of the network's input. */
  readonly size: number
  /** A folder of photos without labels. */
  readonly unlabelled?: string | undefined
}

/** All photos of a training; `close` lets go of the files that they are in. */
export interface LoadedPhotos {
  readonly dataset: Dataset
  /** Of each labelled photo, by its file. */
  readonly fingerprints: ReadonlyMap<string, Fingerprint>
  readonly parts: Parts
  readonly unlabelled: UnlabelledPhotos | undefined
  /** The training part once more, at the network's size, as a photo to be tested with is. */
  decodeTrainingAsServed(): Promise<LabelledPhotos>
  close(): void
}

/** Photos to learn from are kept this much larger, so that crops are not blown up. */
const STORED_SHARE = 1.5

/**
 * Lists and decodes photos: validation and test part at the network's size, what is learnt from larger.
 *
 * @throws DatasetError if the data cannot be trained on
 * @throws CacheError if the disk is full or may not be written to
 */
export async function loadPhotos(options: LoadOptions): Promise<LoadedPhotos> {
  const dataset = await readDataset(options.folder, options)
  const decoder = await loadDecoder('sharp')
  const opened: PhotoStore[] = []
  const close = () => {
    for (const store of opened) store.close()
  }
  const open: Open = async (entries, how) => {
    const decoded = await decodeEntries(entries, { ...options, decoder, ...how })
    opened.push(decoded.store)
    return decoded
  }
  try {
    const { parts, failed } = await openParts(dataset, options, open)
    const entries = SPLITS.flatMap((split) => parts[split].entries)
    const excluded = [...dataset.excluded, ...failed]
    requireEveryLabel(entries, excluded)
    const unlabelled = await openUnlabelled(dataset, options, open)
    const { origin, warnings, fingerprints } = dataset
    return {
      dataset: { origin, warnings, entries, excluded },
      fingerprints,
      parts,
      unlabelled,
      decodeTrainingAsServed: async () => {
        const { source } = dataset
        const task = 'decoding the training part as served'
        return toLabelled(await open(parts.train.entries, { source, size: options.size, task }))
      },
      close,
    }
  } catch (error) {
    close()
    throw error
  }
}

type Open = <T extends UnlabelledEntry>(
  entries: readonly T[],
  how: Pick<DecodeEntriesOptions, 'source' | 'size' | 'task'>,
) => Promise<DecodedEntries<T>>

const toStoredSize = (size: number): number => Math.round(size * STORED_SHARE)

async function openParts({ source, entries }: ReadableDataset, { size }: LoadOptions, open: Open) {
  const failed: Exclusion[] = []
  const openPart = async (split: Split): Promise<LabelledPhotos> => {
    const own = entries.filter((entry) => entry.split === split)
    const stored = split === 'train' ? toStoredSize(size) : size
    const task = `decoding the ${split} part`
    const decoded = await open(own, { source, size: stored, task })
    failed.push(...decoded.excluded)
    return toLabelled(decoded)
  }
  const parts = {
    train: await openPart('train'),
    val: await openPart('val'),
    test: await openPart('test'),
  }
  return { parts, failed }
}

const toLabelled = ({ size, entries, store }: DecodedEntries<Entry>): LabelledPhotos => ({
  size,
  entries,
  store,
  labels: entries.map(({ label }) => LABELS.indexOf(label)),
})

async function openUnlabelled(dataset: ReadableDataset, options: LoadOptions, open: Open) {
  if (options.unlabelled === undefined) return undefined
  const listed = await readUnlabelled(options.unlabelled, {
    ...options,
    heldOut: toHeldOut(dataset),
  })
  const { source, entries, fingerprints } = listed
  const task = 'decoding unlabelled photos'
  const decoded = await open(entries, { source, size: toStoredSize(options.size), task })
  return { ...decoded, fingerprints, excluded: [...listed.excluded, ...decoded.excluded] }
}

/** What the validation and test photos are known by. */
export function toHeldOut({ entries, fingerprints }: ReadableDataset): readonly Fingerprint[] {
  return entries
    .filter(({ split }) => split !== 'train')
    .flatMap(({ file }) => fingerprints.get(file) ?? [])
}

interface DecodeEntriesOptions extends ReadingOptions {
  readonly source: PhotoSource
  readonly decoder: Decoder
  /** Width and height to decode to. */
  readonly size: number
  /** What the progress is called. */
  readonly task: string
}

interface DecodedEntries<T> {
  readonly size: number
  /** Those that could be decoded. */
  readonly entries: readonly T[]
  /** RGB of each of them; the caller closes it. */
  readonly store: PhotoStore
  readonly excluded: readonly Exclusion[]
}

/**
 * Decodes the photos of some entries, or finds them in the cache.
 *
 * @throws CacheError if the disk is full or may not be written to
 */
export async function decodeEntries<T extends { readonly file: string }>(
  entries: readonly T[],
  options: DecodeEntriesOptions,
): Promise<DecodedEntries<T>> {
  const { store, failures } = await decodePhotos(
    entries.map(({ file }) => file),
    options,
  )
  return {
    size: options.size,
    entries: entries.filter((_, place) => !failures.has(place)),
    store,
    excluded: entries.flatMap(({ file }, place) => {
      const reason = failures.get(place)
      return reason === undefined ? [] : [{ file, reason }]
    }),
  }
}
