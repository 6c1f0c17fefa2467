import type { ModelInput } from '../../inference/index'
import { createRandom } from '../random'

/** Photos of nothing but noise, the same for the same seed: RGB, [height * width * 3] each. */
export function createNoise(
  photos: number,
  { width, height }: Pick<ModelInput, 'width' | 'height'>,
  seed: number,
): Uint8Array[] {
  const random = createRandom(seed)
  return Array.from({ length: photos }, () => {
    // Noise of one brightness averages out to the same answer each time.
    const brightest = 256 * random()
    return Uint8Array.from({ length: width * height * 3 }, () => brightest * random())
  })
}
