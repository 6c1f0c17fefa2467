import type { Entry, Label } from './data/entry'

/**
 * Photos of one source that a network can be tested on without having learnt from any of them. They only have a part in
 * mean and deviation by which a teacher's features are standardised.
 */
export interface LeftOutSource {
  readonly source: string
  /** Those of its labels that another source has, too. */
  readonly labels: readonly Label[]
}

/**
 * Sources that can be left out in turn, by name: of labels that at least two sources have training
 * photos of, so that what is left still knows them.
 */
export function findLeftOutSources(entries: readonly Entry[]): LeftOutSource[] {
  const training = entries.filter(({ split }) => split === 'train')
  const sourcesOf = (label: Label): Set<string | undefined> =>
    new Set(training.filter((entry) => entry.label === label).map(({ source }) => source))
  const sources = [...new Set(training.flatMap(({ source }) => source ?? []))].sort()
  return sources.flatMap((source) => {
    const own = training.filter((entry) => entry.source === source).map(({ label }) => label)
    const labels = [...new Set(own)].filter((label) => sourcesOf(label).size > 1)
    return labels.length > 0 ? [{ source, labels }] : []
  })
}

/** Is this a photo that is left out with the source? */
export const isLeftOut = ({ source, labels }: LeftOutSource, entry: Entry): boolean =>
  entry.source === source && labels.includes(entry.label)
