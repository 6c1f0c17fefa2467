/** Names that a sentence has room for before it counts. */
const LISTED = 5

/** `a, b and 3 more`. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, LISTED).join(', ')
  const rest = names.length - LISTED
  return rest > 0 ? `${shown} and ${rest} more` : shown
}
