import { LABELS } from '../../inference/index'
import { createRandom, shuffle } from '../random'
import { SPLITS, type Candidate, type Exclusion } from './entry'

interface Sample {
  readonly candidates: readonly Candidate[]
  readonly excluded: readonly Exclusion[]
}

/**
 * Draws at most so many photos of each label, the parts of a manifest in proportion; a larger sample
 * with the same seed holds the smaller one.
 */
export function samplePhotos(
  candidates: readonly Candidate[],
  { perLabel, seed }: { readonly perLabel: number; readonly seed: number },
): Sample {
  const drawn = new Set(
    LABELS.flatMap((label, place) =>
      toOrder(
        candidates.filter((candidate) => candidate.label === label),
        [seed, place],
      ).slice(0, perLabel),
    ),
  )
  const reason = `beyond ${perLabel} photos of its label`
  return {
    candidates: candidates.filter((candidate) => drawn.has(candidate)),
    excluded: candidates
      .filter((candidate) => !drawn.has(candidate))
      .map(({ file }) => ({ file, reason })),
  }
}

/** A random order in which every beginning has each part in its proportion. */
function toOrder(candidates: readonly Candidate[], seeds: readonly number[]): Candidate[] {
  const keyed = [...SPLITS, undefined].flatMap((split, i) => {
    const part = candidates.filter((candidate) => candidate.split === split)
    const order = shuffle(part, createRandom(...seeds, i))
    return order.map((candidate, rank) => ({ candidate, key: (rank + 0.5) / part.length }))
  })
  return keyed.sort((a, b) => a.key - b.key).map(({ candidate }) => candidate)
}
