import { LABELS } from '../../inference/index'
import { SPLITS, type Entry, type Split } from './entry'
import { TRAINED_ON } from './licence-tiers'

/** With fewer photos of a label in a part, what is learnt of it, or told of it, is chance. */
const FEW: Readonly<Record<Split, number>> = { train: 20, val: 5, test: 5 }

const PART: Readonly<Record<Split, string>> = {
  train: 'training',
  val: 'validation',
  test: 'test',
}

/** Sentences about labels that are hardly there, and about licence tiers that were asked for but are not known. */
export function warnOfEntries(entries: readonly Entry[], tiers: readonly string[]): string[] {
  const few = SPLITS.flatMap((split) => LABELS.flatMap((label) => warnOfFew(split, label, entries)))
  const isNarrow = TRAINED_ON.some((tier) => !tiers.includes(tier))
  if (!isNarrow || entries.some(({ tier }) => TRAINED_ON.includes(tier ?? ''))) return few
  return [
    ...few,
    '--licence-tiers leaves nothing out: the data do not say of which tier a photo is',
  ]
}

function warnOfFew(split: Split, label: string, entries: readonly Entry[]): string[] {
  const photos = entries.filter((entry) => entry.split === split && entry.label === label).length
  if (photos >= FEW[split]) return []
  return [`only ${photos} ${PART[split]} photos of "${label}"; ${FEW[split]} are few`]
}

/** Counts the photos that look like another one on their side of the split. */
export function warnOfNear(
  pairs: readonly (readonly [number, number])[],
  entries: readonly Entry[],
): string[] {
  const places = [...new Set(pairs.flat())].sort((a, b) => a - b)
  const splits = new Set(places.map((place) => entries[place]?.split))
  return [...splits].map((split) => {
    const own = places.filter((place) => entries[place]?.split === split)
    const [first, second] = pairs.find(([a]) => entries[a]?.split === split) ?? []
    const some = [first, second].map((place) => entries[place ?? -1]?.file ?? '').join(' and ')
    return `${own.length} photos of the ${split ?? ''} part look like another one of it, such as ${some}; they are kept`
  })
}
