/** A source of numbers in [0, 1) that its seeds decide. */
export type Random = () => number

const GOLDEN_RATIO = 0x9e3779b9

/** splitmix32 over all seeds: `createRandom(seed, epoch)` lets a resumed training draw what an uninterrupted one does. */
export function createRandom(...seeds: readonly number[]): Random {
  let state = seeds.reduce((folded, seed) => mix(folded + GOLDEN_RATIO + (seed | 0)), 0)
  return () => {
    state = (state + GOLDEN_RATIO) | 0
    return (mix(state) >>> 0) / 2 ** 32
  }
}

/** A number in [low, high). */
export const between = (random: Random, low: number, high: number): number =>
  low + (high - low) * random()

/** The items in a random order (sorted by random keys); the given ones stay as they are. */
export function shuffle<T>(items: readonly T[], random: Random): T[] {
  const keyed = items.map((item) => ({ item, key: random() }))
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item)
}

function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x21f0aaad)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
  return mixed ^ (mixed >>> 15)
}
