import type { Random } from '../random'

/** A source of standard normal numbers (Box and Muller 1958). */
export function createNormal(random: Random): Random {
  let spare: number | null = null
  return () => {
    if (spare !== null) {
      const normal = spare
      spare = null
      return normal
    }
    // 1 - random() is never 0, whose logarithm is not finite.
    const radius = Math.sqrt(-2 * Math.log(1 - random()))
    const angle = 2 * Math.PI * random()
    spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }
}
