import { LABELS } from '../../inference/index'
import type { Entry } from './entry'
import { TRAINED_ON } from './licence-tiers'

/** With fewer training photos of a label, what is learnt of it is chance. */
const FEW = 20

/** Sentences about labels that are hardly there, and about licence tiers that were asked for but are not known. */
export function warnOfEntries(entries: readonly Entry[], tiers: readonly string[]): string[] {
  const training = entries.filter(({ split }) => split === 'train')
  const few = LABELS.flatMap((label) => {
    const photos = training.filter((entry) => entry.label === label).length
    return photos < FEW ? [`only ${photos} training photos of "${label}"; ${FEW} are few`] : []
  })
  const isNarrow = TRAINED_ON.some((tier) => !tiers.includes(tier))
  if (!isNarrow || entries.some(({ tier }) => TRAINED_ON.includes(tier ?? ''))) return few
  return [
    ...few,
    '--licence-tiers leaves nothing out: the data do not say of which tier a photo is',
  ]
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
