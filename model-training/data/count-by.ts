/** How many items have each key, in the order of the given keys, then of the alphabet. */
export function countBy<T>(
  items: readonly T[],
  toKey: (item: T) => string,
  order: readonly string[] = [],
): Record<string, number> {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(toKey(item), (counts.get(toKey(item)) ?? 0) + 1)
  const keys = new Set([...order, ...[...counts.keys()].sort()])
  return Object.fromEntries([...keys].map((key) => [key, counts.get(key) ?? 0]))
}
