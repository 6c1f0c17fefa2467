import { createRandom } from '../../../bench/random'
import { createNormal } from '../../../bench/statistics/normal'

/** A source of numbers with mean 0 and standard deviation 1. */
export type Noise = () => number

export function createNormalNoise(seed: number): Noise {
  return createNormal(createRandom(seed))
}

/** Lognormal noise with a tail to the right; shape 0.4 has skewness 1.3, 0.6 has 2.3. */
export function createSkewedNoise(seed: number, shape: number): Noise {
  const normal = createNormalNoise(seed)
  const variance = Math.exp(shape ** 2) * (Math.exp(shape ** 2) - 1)
  return () => (Math.exp(shape * normal()) - Math.exp(shape ** 2 / 2)) / Math.sqrt(variance)
}

/** In how many of so many simulated runs `holds` is true. */
export function shareOf(runs: number, holds: () => boolean): number {
  let count = 0
  for (let run = 0; run < runs; run++) if (holds()) count += 1
  return count / runs
}
