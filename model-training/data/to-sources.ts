import { countBy } from './count-by'
import { toTierName } from './licence-tiers'
import type { UnlabelledEntry } from './read-unlabelled'

/** What is used of one source. */
export interface SourceShare {
  readonly photos: number
  readonly licenceTiers: Readonly<Record<string, number>>
}

/** Where photos are from, by the name of the source: how many, and under which licence tiers. */
export function toSources(
  entries: readonly Pick<UnlabelledEntry, 'source' | 'tier'>[],
): Readonly<Record<string, SourceShare>> {
  const names = Object.keys(countBy(entries, toName))
  return Object.fromEntries(
    names.map((name) => {
      const own = entries.filter((entry) => toName(entry) === name)
      return [name, { photos: own.length, licenceTiers: countBy(own, toTier) }]
    }),
  )
}

const toName = ({ source }: Pick<UnlabelledEntry, 'source'>): string =>
  source === undefined || source === '' ? 'not named' : source
const toTier = ({ tier }: Pick<UnlabelledEntry, 'tier'>): string => toTierName(tier)
