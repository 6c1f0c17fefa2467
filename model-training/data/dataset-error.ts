import type { Exclusion } from './entry'
import { countBy } from './count-by'

/** The data cannot be trained on; the message is written for the person who named them. */
export class DatasetError extends Error {
  override readonly name = 'DatasetError'
}

/** The data are kept in no form that is known. */
export class UnknownFormError extends DatasetError {}

/** ` (not used: 3 photos, unknown label "pets"; …)`: why there may be fewer photos than expected, or nothing. */
export function toUnusedClause(excluded: readonly Exclusion[]): string {
  const counts = Object.entries(countBy(excluded, ({ reason }) => reason))
  if (counts.length === 0) return ''
  return ` (not used: ${counts.map(([reason, photos]) => `${photos} ${reason}`).join('; ')})`
}
