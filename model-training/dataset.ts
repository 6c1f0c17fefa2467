import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LABELS } from '../inference/index'
import { parseManifest, type ManifestRow } from './manifest'
import { createRandom, shuffle } from './random'

export type Label = (typeof LABELS)[number]

export const SPLITS = ['train', 'val', 'test'] as const
export type Split = (typeof SPLITS)[number]

/** A labelled photo on disk. */
export interface Entry {
  /** Path below the data folder, with `/`. */
  readonly file: string
  readonly label: Label
  readonly split: Split
  /** A open licence, B open repository of mixed origin, D none stated; undefined without a manifest. */
  readonly tier: string | undefined
  /** Repository or collection the photo is from; undefined without a manifest. */
  readonly source: string | undefined
  /** No training photo of this label comes from this photo's source. */
  readonly heldoutSource: boolean
}

/** A photo that is not used, and why. */
export interface Exclusion {
  readonly file: string
  readonly reason: string
}

export interface Dataset {
  readonly entries: readonly Entry[]
  readonly excluded: readonly Exclusion[]
}

/** The folder cannot be trained on; the message is written for the person who named it. */
export class DatasetError extends Error {
  override readonly name = 'DatasetError'
}

interface DatasetOptions {
  /** Licence tiers to learn from (training and validation part); tier C never is. */
  readonly tiers: readonly string[]
  /** Decides the split where there is no manifest. */
  readonly seed: number
}

/** Shares of a label's photos where no manifest says it; the rest is the test part. */
const TRAIN_SHARE = 0.7
const VALIDATION_SHARE = 0.15

/** Non-commercial photos may test a model, but never teach one. */
export const NEVER_TRAINED_ON = 'C'

/**
 * Lists a folder's labelled photos: split and tiers from its `manifest.csv`, or 70/15/15 per label
 * by seed. Photos that cannot be used are in `excluded`.
 *
 * @throws DatasetError if a label has no photos in one of the three parts
 */
export async function readDataset(folder: string, options: DatasetOptions): Promise<Dataset> {
  const manifest = await readManifest(folder)
  const files = await listFiles(folder)
  const dataset = manifest
    ? fromManifest(manifest, files, options)
    : fromFolders(files, options.seed)
  requireEveryLabel(dataset.entries)
  return dataset
}

async function readManifest(folder: string): Promise<ManifestRow[] | undefined> {
  let csv: string
  try {
    csv = await readFile(join(folder, 'manifest.csv'), 'utf8')
  } catch {
    return undefined
  }
  try {
    return parseManifest(csv, ['file', 'label', 'split'])
  } catch (cause) {
    throw new DatasetError((cause as Error).message, { cause })
  }
}

/** Every file of every folder in the data folder, as `label/name`, sorted so that a seed decides all. */
async function listFiles(folder: string): Promise<string[]> {
  const top = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new DatasetError('the data folder cannot be read', { cause })
  })
  const labels = top.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  const lists = labels.map(async (label) => {
    const names = await readdir(join(folder, label), { withFileTypes: true })
    const files = names.filter((entry) => entry.isFile() && !/^\.|^manifest\.csv$/.test(entry.name))
    return files.map(({ name }) => `${label}/${name}`)
  })
  return (await Promise.all(lists)).flat().sort()
}

function fromManifest(
  rows: readonly ManifestRow[],
  files: readonly string[],
  { tiers }: DatasetOptions,
): Dataset {
  const entries: Entry[] = []
  const excluded: Exclusion[] = []
  for (const row of rows) {
    const entry = toEntry(row, tiers)
    if ('reason' in entry) excluded.push(entry)
    else entries.push(entry)
  }
  const listed = new Set(rows.map(({ file }) => file))
  const rest = files.filter((file) => !listed.has(file))
  return { entries, excluded: [...excluded, ...rest.map(toUnlisted)] }
}

function toUnlisted(file: string): Exclusion {
  const folder = labelOf(file)
  const known = LABELS.some((label) => label === folder)
  return { file, reason: known ? 'not in the manifest' : `unknown label "${folder}"` }
}

function toEntry(row: ManifestRow, tiers: readonly string[]): Entry | Exclusion {
  const { file = '', licence_tier: tier, source_repo: source, heldout_source: heldout } = row
  const label = LABELS.find((known) => known === row.label)
  if (label === undefined) return { file, reason: `unknown label "${row.label ?? ''}"` }
  const split = SPLITS.find((known) => known === row.split)
  if (split === undefined) return { file, reason: `unknown split "${row.split ?? ''}"` }
  if (split !== 'test' && tier !== undefined && !isChosen(tier, tiers)) {
    return { file, reason: `licence tier ${tier || 'unknown'} is not trained on` }
  }
  return { file, label, split, tier, source, heldoutSource: heldout === 'yes' }
}

const isChosen = (tier: string, tiers: readonly string[]): boolean =>
  tier !== NEVER_TRAINED_ON && tiers.includes(tier)

function fromFolders(files: readonly string[], seed: number): Dataset {
  const entries = LABELS.flatMap((label, i) => {
    const own = files.filter((file) => labelOf(file) === label)
    const order = shuffle(own, createRandom(seed, i))
    return order.map((file, place) => ({
      file,
      label,
      split: splitAt(place / order.length),
      tier: undefined,
      source: undefined,
      heldoutSource: false,
    }))
  })
  const known = new Set(entries.map(({ file }) => file))
  return { entries, excluded: files.filter((file) => !known.has(file)).map(toUnlisted) }
}

function splitAt(share: number): Split {
  if (share < TRAIN_SHARE) return 'train'
  return share < TRAIN_SHARE + VALIDATION_SHARE ? 'val' : 'test'
}

const labelOf = (file: string): string => file.slice(0, file.indexOf('/'))

/**
 * Every label has to be learnt, watched and tested.
 *
 * @throws DatasetError naming a label and the part that has no photo of it
 */
export function requireEveryLabel(entries: readonly Entry[]): void {
  for (const label of LABELS) {
    for (const split of SPLITS) {
      if (entries.some((entry) => entry.label === label && entry.split === split)) continue
      throw new DatasetError(
        `no photo of "${label}" in the ${split} part; the data folder needs one folder for each of ${LABELS.join(', ')}`,
      )
    }
  }
}
