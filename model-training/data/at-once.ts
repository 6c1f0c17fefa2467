/**
 * Calls `use` for each item, some at once. After the first failure no more are begun, those under way
 * are awaited, and the failure is thrown.
 */
export async function forEachAtOnce<T>(
  items: AsyncIterable<T> | Iterable<T>,
  atOnce: number,
  use: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>()
  const failures: unknown[] = []
  try {
    for await (const item of items) {
      const one: Promise<void> = use(item)
        .catch((error: unknown) => void failures.push(error))
        .then(() => void running.delete(one))
      running.add(one)
      if (running.size >= atOnce) await Promise.race(running)
      if (failures.length > 0) break
    }
  } finally {
    await Promise.all(running)
  }
  if (failures.length > 0) throw failures[0]
}
