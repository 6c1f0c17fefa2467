import type { Random } from '../../bench/random'

export { createRandom } from '../../bench/random'
export type { Random } from '../../bench/random'

/** Bytes without any structure. */
export function randomBytes(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => Math.floor(random() * 256))
}
