import type { PhotoStore } from './data/photo-store'

/**
 * Several stores of photos of one size as one, the second's photos after the first's.
 *
 * @throws RangeError if there are none, or their sizes differ
 */
export function joinStores(stores: readonly PhotoStore[]): PhotoStore {
  const [first] = stores
  if (first === undefined || stores.some(({ size }) => size !== first.size)) {
    throw new RangeError('only photos of one size can be joined')
  }
  const starts = stores.map((_, i) => stores.slice(0, i).reduce((sum, { count }) => sum + count, 0))
  return {
    size: first.size,
    count: stores.reduce((sum, { count }) => sum + count, 0),
    read(place, into, offset) {
      // The first one says it of a place before it.
      const i = Math.max(
        0,
        starts.findLastIndex((start) => start <= place),
      )
      stores[i]?.read(place - (starts[i] ?? 0), into, offset)
    },
    close() {
      for (const store of stores) store.close()
    },
  }
}
