import { dirname } from 'node:path/posix'
import { LABELS } from '../../inference/index'
import { SPLITS, type Candidate, type Exclusion } from './entry'
import { isChosenTier, toTierReason } from './licence-tiers'
import type { Rows } from './listing'
import type { ManifestRow } from './manifest'
import { toPathFault } from './path-fault'
import { isPhotoName } from './photo-name'

/** Takes label, split, licence tier and source of photos from the rows of a manifest. */
export function listManifest(
  rows: readonly ManifestRow[],
  files: readonly string[],
  tiers: readonly string[],
): Rows {
  const candidates: Candidate[] = []
  const excluded: Exclusion[] = []
  for (const row of rows) {
    const listed = toCandidate(row, tiers)
    if ('reason' in listed) excluded.push(listed)
    else candidates.push(listed)
  }
  const named = new Set(rows.map(({ file = '' }) => file))
  const unnamed = files.filter((file) => !named.has(file))
  const sets = toOwnSets(unnamed)
  const rest = unnamed.filter((file) => isWorthSaying(file) && !isInOneOf(sets, file))
  return {
    candidates,
    excluded: [...excluded, ...rest.map(toUnlisted)],
    warnings: [...warnOfGroups(candidates), ...warnOfSets(sets, unnamed)],
  }
}

/** A README beside the folders is no photo that was forgotten. */
const isWorthSaying = (file: string): boolean => isPhotoName(file) || file.includes('/')

/** Folders with a manifest of their own: other sets of photos, which happen to lie in this one. */
const toOwnSets = (files: readonly string[]): string[] =>
  files.filter((file) => file.endsWith('/manifest.csv')).map((file) => dirname(file))

const isInOneOf = (folders: readonly string[], file: string): boolean =>
  folders.some((folder) => file.startsWith(`${folder}/`))

const warnOfSets = (sets: readonly string[], unnamed: readonly string[]): string[] =>
  sets.map((set) => {
    const photos = unnamed.filter((file) => isInOneOf([set], file) && isPhotoName(file)).length
    return `the ${photos} photos in ${set} are not read, as it has a manifest.csv of its own`
  })

function toUnlisted(file: string): Exclusion {
  const [folder = '', ...rest] = file.split('/')
  const known = rest.length === 0 || LABELS.some((label) => label === folder)
  return { file, reason: known ? 'not in the manifest' : `unknown label "${folder}"` }
}

function toCandidate(row: ManifestRow, tiers: readonly string[]): Candidate | Exclusion {
  const { file = '', group, licence_tier: tier, source_repo: source } = row
  const fault = toPathFault(file)
  if (fault !== undefined) return { file, reason: fault }
  const label = LABELS.find((known) => known === row['label'])
  if (label === undefined) return { file, reason: `unknown label "${row['label'] ?? ''}"` }
  const split = SPLITS.find((known) => known === row['split'])
  if (split === undefined) return { file, reason: `unknown split "${row['split'] ?? ''}"` }
  if (split !== 'test' && !isChosenTier(tier, tiers)) {
    return { file, reason: toTierReason(tier) }
  }
  const heldoutSource = row['heldout_source'] === 'yes'
  return {
    file,
    label,
    split,
    group: group === '' ? undefined : group,
    tier,
    source,
    heldoutSource,
  }
}

/** Whoever made the manifest may have split what it calls one group. */
function warnOfGroups(candidates: readonly Candidate[]): string[] {
  const sides = new Map<string, Set<string>>()
  for (const { group, split } of candidates) {
    if (group === undefined || split === undefined) continue
    sides.set(group, (sides.get(group) ?? new Set()).add(split))
  }
  const torn = [...sides].filter(([, splits]) => splits.size > 1).map(([group]) => group)
  if (torn.length === 0) return []
  const some = torn.slice(0, 3).join(', ')
  return [`groups of the manifest that are in several parts: ${torn.length}, such as ${some}`]
}
