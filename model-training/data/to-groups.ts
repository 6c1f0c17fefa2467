/**
 * Joins items into groups: those with one name, and those of each pair.
 *
 * @param names of the group that each item says it is of; undefined for none
 * @param pairs places of two items that belong together
 * @returns the places of each group's items, groups in the order of their first item
 */
export function toGroups(
  names: readonly (string | undefined)[],
  pairs: Iterable<readonly [number, number]>,
): number[][] {
  // Each item points to an earlier one of its group; the first of a group points to itself.
  const parents = names.map((_, place) => place)
  const find = (place: number): number => {
    let root = place
    while (parents[root] !== root) root = parents[root] ?? root
    // What was passed on the way points straight to the end from now on.
    for (let next = place; next !== root;) {
      const after = parents[next] ?? root
      parents[next] = root
      next = after
    }
    return root
  }
  const join = (a: number, b: number): void => {
    const [first, second] = [find(a), find(b)]
    parents[Math.max(first, second)] = Math.min(first, second)
  }
  const firstOf = new Map<string, number>()
  for (const [place, name] of names.entries()) {
    if (name === undefined) continue
    const first = firstOf.get(name)
    if (first === undefined) firstOf.set(name, place)
    else join(first, place)
  }
  for (const [a, b] of pairs) join(a, b)
  const groups = new Map<number, number[]>()
  for (const place of names.keys()) {
    const root = find(place)
    const group = groups.get(root)
    if (group) group.push(place)
    else groups.set(root, [place])
  }
  return [...groups.values()]
}
