import type { Candidate, Exclusion, Split } from './entry'
import type { Fingerprint } from './fingerprint'
import { findNearPairs } from './near-pairs'

/** A photo that can be decoded. */
export interface SeenPhoto extends Candidate {
  readonly fingerprint: Fingerprint
}

interface Distinct {
  readonly photos: readonly SeenPhoto[]
  readonly excluded: readonly Exclusion[]
  /** Photos that look like one and are on one side, or may be put there: places in `photos`. */
  readonly nearPairs: readonly (readonly [number, number])[]
}

/**
 * What is seen in training must not be tested, and the part that a figure is had on should stay what its maker chose:
 * of two photos that are one, the test part's stays, then the validation part's.
 */
const RANK: Readonly<Record<Split, number>> = { test: 0, val: 1, train: 2 }
const rankOf = ({ split }: SeenPhoto): number => (split === undefined ? 0 : RANK[split])

/**
 * Leaves out what would be learnt or tested twice: of photos with equal bytes all but one, of photos that look like
 * one those on the lower side of the split, and all photos that are there under two labels.
 */
export function removeDuplicates(photos: readonly SeenPhoto[]): Distinct {
  const exact = removeExact(photos)
  const near = removeNear(exact.photos)
  return { ...near, excluded: [...exact.excluded, ...near.excluded] }
}

function removeExact(photos: readonly SeenPhoto[]): Pick<Distinct, 'photos' | 'excluded'> {
  const excluded: Exclusion[] = []
  const kept = new Set<SeenPhoto>()
  for (const copies of groupByBytes(photos)) {
    const [best, ...others] = copies.toSorted((a, b) => rankOf(a) - rankOf(b))
    if (best === undefined) continue
    const foreign = others.find(({ label }) => label !== best.label)
    if (foreign === undefined) {
      kept.add(best)
      excluded.push(...others.map((photo) => toCopy(photo, best)))
    } else {
      excluded.push(
        ...copies.map((photo) =>
          toContradiction(photo, photo.label === best.label ? foreign : best),
        ),
      )
    }
  }
  return { photos: photos.filter((photo) => kept.has(photo)), excluded }
}

function groupByBytes(photos: readonly SeenPhoto[]): Iterable<SeenPhoto[]> {
  const groups = new Map<string, SeenPhoto[]>()
  for (const photo of photos) {
    const { sha256 } = photo.fingerprint
    const group = groups.get(sha256)
    if (group) group.push(photo)
    else groups.set(sha256, [photo])
  }
  return groups.values()
}

function toCopy({ file }: SeenPhoto, kept: SeenPhoto): Exclusion {
  if (file === kept.file) return { file, reason: 'named twice' }
  return { file, reason: 'same bytes as another photo', detail: toDetail(kept) }
}

const toContradiction = ({ file }: SeenPhoto, other: SeenPhoto): Exclusion => ({
  file,
  reason: 'same bytes under two labels',
  detail: toDetail(other),
})

const toDetail = ({ file, label, split }: SeenPhoto): string =>
  [split, label, file].filter((part) => part !== undefined).join(' ')

function removeNear(photos: readonly SeenPhoto[]): Distinct {
  const pairs = [...findNearPairs(photos.map(({ fingerprint }) => fingerprint.looks))]
  const excluded = new Map<SeenPhoto, Exclusion>()
  const exclude = (photo: SeenPhoto, reason: string, other: SeenPhoto) =>
    excluded.set(photo, { file: photo.file, reason, detail: toDetail(other) })
  const matched = pairs.flatMap(([a, b]) => {
    const [first, second] = [photos[a], photos[b]]
    return first && second ? [[first, second] as const] : []
  })
  for (const [first, second] of matched) {
    if (first.label === second.label) continue
    exclude(first, 'looks like a photo of another label', second)
    exclude(second, 'looks like a photo of another label', first)
  }
  // Validation against test before training against both: a photo that is left out bars no other.
  for (const side of ['val', 'train'] as const) {
    for (const pair of matched) {
      const [best, other] = rankOf(pair[0]) <= rankOf(pair[1]) ? pair : [pair[1], pair[0]]
      if (other.split !== side || best.split === side || excluded.has(best)) continue
      if (!excluded.has(other))
        exclude(other, `looks like a photo of the ${best.split ?? ''} part`, best)
    }
  }
  const kept = photos.filter((photo) => !excluded.has(photo))
  const places = new Map(kept.map((photo, place) => [photo, place]))
  const nearPairs = matched.flatMap(([first, second]) => {
    const [a, b] = [places.get(first), places.get(second)]
    return a === undefined || b === undefined ? [] : [[a, b] as const]
  })
  return { photos: kept, excluded: [...excluded.values()], nearPairs }
}
