import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decode, LABELS, loadDecoder, type Decoder } from '../inference/index'
import {
  readDataset,
  requireEveryLabel,
  SPLITS,
  type Dataset,
  type Entry,
  type Exclusion,
  type Split,
} from './dataset'

/** Decoded photos of one split. */
export interface LabelledPhotos {
  /** Width and height in pixels. */
  readonly size: number
  readonly entries: readonly Entry[]
  /** RGB of each entry, [size * size * 3], 0..255. */
  readonly rgb: readonly Uint8Array[]
  /** Place of each entry's label in LABELS. */
  readonly labels: readonly number[]
}

interface DecodeOptions {
  readonly folder: string
  readonly decoder: Decoder
  readonly size: number
}

export type Parts = Readonly<Record<Split, LabelledPhotos>>

interface LoadOptions {
  readonly folder: string
  /** Width and height of the network's input. */
  readonly size: number
  readonly tiers: readonly string[]
  readonly seed: number
}

/** Training photos are kept this much larger, so that crops are not blown up. */
const STORED_SHARE = 7 / 6

/** sharp decodes in libuv's four threads; a few more keep them busy while files are read. */
const AT_ONCE = 8

/**
 * Lists and decodes a folder's photos: validation and test part at the network's size, the training
 * part somewhat larger.
 *
 * @throws DatasetError if the folder cannot be trained on
 */
export async function loadPhotos(
  options: LoadOptions,
): Promise<{ dataset: Dataset; parts: Parts }> {
  const { folder, size } = options
  const listed = await readDataset(folder, options)
  const decoder = await loadDecoder('sharp')
  const decodeSplit = (split: Split) => {
    const entries = listed.entries.filter((entry) => entry.split === split)
    const stored = split === 'train' ? Math.round(size * STORED_SHARE) : size
    return decodePhotos(entries, { folder, decoder, size: stored })
  }
  const [train, val, test] = [
    await decodeSplit('train'),
    await decodeSplit('val'),
    await decodeSplit('test'),
  ]
  const parts = { train: train.photos, val: val.photos, test: test.photos }
  const excluded = [listed, train, val, test].flatMap((part) => part.excluded)
  const entries = SPLITS.flatMap((split) => parts[split].entries)
  requireEveryLabel(entries)
  return { dataset: { entries, excluded }, parts }
}

/**
 * Decodes photos with serving's own `decode`, so that training and serving see the same pixels.
 *
 * @returns the photos, and those that could not be read or decoded
 */
export async function decodePhotos(
  entries: readonly Entry[],
  options: DecodeOptions,
): Promise<{ photos: LabelledPhotos; excluded: readonly Exclusion[] }> {
  const decoded: (Uint8Array | Exclusion)[] = []
  for (let start = 0; start < entries.length; start += AT_ONCE) {
    const some = entries.slice(start, start + AT_ONCE)
    decoded.push(...(await Promise.all(some.map((entry) => decodePhoto(entry, options)))))
  }
  const good = entries.filter((_, i) => decoded[i] instanceof Uint8Array)
  const photos = {
    size: options.size,
    entries: good,
    rgb: decoded.filter((item) => item instanceof Uint8Array),
    labels: good.map(({ label }) => LABELS.indexOf(label)),
  }
  return { photos, excluded: decoded.filter((item) => 'reason' in item) }
}

async function decodePhoto(
  { file }: Entry,
  { folder, decoder, size }: DecodeOptions,
): Promise<Uint8Array | Exclusion> {
  try {
    const photo = await readFile(join(folder, file))
    return await decode(photo, { decoder, width: size, height: size })
  } catch (error) {
    return { file, reason: toReason(error) }
  }
}

/** Anything without a code is no fault of the photo. */
function toReason(error: unknown): string {
  if (!(error instanceof Error && 'code' in error)) throw error
  return error.code === 'ENOENT' ? 'missing file' : `damaged photo (${String(error.code)})`
}
