import type { ModelEvaluation, RobustnessRow } from './model-evaluation'

/**
 * Rows for people: engines that come to the same with a changed photo and a decoder, photo for photo, share one, which
 * names them, or `all`. Of their differences of probabilities it has the largest.
 */
export function mergeEngines({
  robustness,
  engines,
}: Pick<ModelEvaluation, 'robustness' | 'engines'>): RobustnessRow[] {
  const rows = robustness.state === 'measured' ? robustness.rows : []
  const groups = new Map<string, RobustnessRow[]>()
  for (const row of rows) {
    const key = toKey(row)
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  const count = Object.keys(engines).length
  return [...groups.values()].flatMap((own) => merge(own, count))
}

/** What agrees where two engines answer alike; their probabilities may differ in the last digits. */
function toKey(row: RobustnessRow): string {
  const { variant, decoder, photos, failed, accuracy, differencePoints, sameLabel } = row
  return JSON.stringify([variant, decoder, photos, failed, accuracy, differencePoints, sameLabel])
}

function merge(rows: readonly RobustnessRow[], engineCount: number): RobustnessRow[] {
  const [first] = rows
  if (first === undefined) return []
  const names = rows.map(({ engine }) => engine)
  return [
    {
      ...first,
      engine: names.length > 1 && names.length === engineCount ? 'all' : names.join(', '),
      meanDifference: Math.max(...rows.map(({ meanDifference }) => meanDifference)),
      largestDifference: Math.max(...rows.map(({ largestDifference }) => largestDifference)),
    },
  ]
}
