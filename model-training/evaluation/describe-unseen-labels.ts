import { listNames } from './list-names'
import type { ModelEvaluation } from './model-evaluation'

/**
 * Says plainly of which labels no photo comes from a source that is new to the model: its figure of such sources, where
 * there is one, is of the other labels.
 */
export function describeUnseenLabels({
  perLabel,
  heldoutSources,
  unseenSources,
}: Pick<ModelEvaluation, 'perLabel' | 'heldoutSources' | 'unseenSources'>): string[] {
  const parts = [
    [heldoutSources, 'a source that none of the label was learnt from'],
    [unseenSources, 'a source that nothing was learnt from'],
  ] as const
  return parts.flatMap(([part, source]) => {
    // Of a label without any photo, a warning tells.
    const present = Object.keys(perLabel).filter((label) => (perLabel[label]?.support ?? 0) > 0)
    const absent = present.filter((label) => part?.photosPerLabel[label] === 0)
    if (absent.length === 0) return []
    const them = absent.length === 1 ? 'it' : 'them'
    return `No photo of ${listNames(absent)} comes from ${source}: the accuracy on such sources says nothing of ${them}.`
  })
}
