import { listNames } from './list-names'
import type { ModelEvaluation } from './model-evaluation'

/** Fewer photos of a label say nothing of it. */
const FEW = 5

type Known = Pick<ModelEvaluation, 'perLabel' | 'heldoutSources' | 'unseenSources' | 'openTiers'>

/** Says plainly which labels the figures of new sources and of open licences are not about. */
export const describeLimits = (evaluation: Known): string[] => [
  ...describeUnseenLabels(evaluation),
  ...describeFewOpen(evaluation),
]

function describeUnseenLabels({ perLabel, heldoutSources, unseenSources }: Known): string[] {
  const parts = [
    [heldoutSources, 'a source that no labelled photo of it was learnt from'],
    [unseenSources, 'a source that no labelled photo was learnt from'],
  ] as const
  return parts.flatMap(([part, source]) => {
    const absent = toPresent(perLabel).filter((label) => part?.photosPerLabel[label] === 0)
    if (absent.length === 0) return []
    return `No photo of ${listNames(absent)} comes from ${source}: the accuracy on such sources says nothing of ${toPronoun(absent)}.`
  })
}

function describeFewOpen({ perLabel, openTiers }: Known): string[] {
  if (openTiers === null) return []
  const { tiers, photosPerLabel } = openTiers
  const few = toPresent(perLabel).filter((label) => (photosPerLabel[label] ?? 0) < FEW)
  if (few.length === 0) return []
  const counts = few.map((label) => `${photosPerLabel[label] ?? 0} of ${label}`)
  return [
    `Licence tiers ${tiers.join(' and ')} have too few photos of some labels (${listNames(counts)}): ` +
      `the accuracy on them says nothing of ${toPronoun(few)}, and the balanced accuracy nothing at all.`,
  ]
}

/** Of a label without any photo, a warning tells. */
const toPresent = (perLabel: Known['perLabel']): string[] =>
  Object.keys(perLabel).filter((label) => (perLabel[label]?.support ?? 0) > 0)

const toPronoun = (labels: readonly string[]): string => (labels.length === 1 ? 'it' : 'them')
