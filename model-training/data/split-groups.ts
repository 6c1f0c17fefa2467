import { createRandom, shuffle } from '../random'
import { SPLITS, type Split } from './entry'

/** Shares of a label's photos. */
const SHARES: Readonly<Record<Split, number>> = { train: 0.7, val: 0.15, test: 0.15 }

/** Large groups that come last spoil the shares; of a few orders, one has them early. */
const ORDERS = 16

interface Division {
  readonly sides: readonly Split[]
  /** How far the labels' shares are off: sum of squared differences over what is due. */
  readonly distance: number
}

/**
 * Divides photos 70/15/15, for each label as nearly as whole groups allow.
 *
 * @param labels of the photos, numbers from 0
 * @param groups places of the photos of each group
 * @returns the side of each photo
 */
export function splitGroups(
  labels: readonly number[],
  groups: readonly (readonly number[])[],
  seed: number,
): readonly Split[] {
  let best: Division | undefined
  for (let order = 0; order < ORDERS; order += 1) {
    const division = divide(labels, shuffle(groups, createRandom(seed, order)))
    if (best === undefined || division.distance < best.distance) best = division
  }
  return best?.sides ?? []
}

function divide(labels: readonly number[], groups: readonly (readonly number[])[]): Division {
  const labelCount = labels.reduce((most, label) => Math.max(most, label + 1), 0)
  const countLabels = (places: Iterable<number>): number[] => {
    const counts = new Array<number>(labelCount).fill(0)
    for (const place of places) counts[labels[place] ?? 0] = (counts[labels[place] ?? 0] ?? 0) + 1
    return counts
  }
  const totals = countLabels(labels.keys())
  const due = SPLITS.map((split) => totals.map((total) => SHARES[split] * total))
  const have = SPLITS.map(() => totals.map(() => 0))
  const sides = new Array<Split>(labels.length)
  for (const group of groups) {
    const counts = countLabels(group)
    const costs = SPLITS.map((_, side) => toCost(counts, due[side] ?? [], have[side] ?? []))
    const side = costs.indexOf(Math.min(...costs))
    for (const [label, count] of counts.entries()) {
      const row = have[side]
      if (row) row[label] = (row[label] ?? 0) + count
    }
    for (const place of group) sides[place] = SPLITS[side] ?? 'train'
  }
  const none = totals.map(() => 0)
  const distance = have.reduce((sum, row, side) => sum + toDistance(row, none, due[side] ?? []), 0)
  return { sides, distance }
}

/**
 * How much further a side gets from what is due to it by taking a group. For groups of one photo this is the rule by
 * which Sainte-Laguë divides seats.
 */
const toCost = (
  counts: readonly number[],
  due: readonly number[],
  have: readonly number[],
): number =>
  toDistance(have, counts, due) -
  toDistance(
    have,
    counts.map(() => 0),
    due,
  )

const toDistance = (
  have: readonly number[],
  more: readonly number[],
  due: readonly number[],
): number =>
  due.reduce((sum, wanted, label) => {
    const difference = (have[label] ?? 0) + (more[label] ?? 0) - wanted
    return wanted === 0 ? sum : sum + difference ** 2 / wanted
  }, 0)
