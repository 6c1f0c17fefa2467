import { DECODERS, decode, loadDecoder } from '../../inference'
import { goodPhotos } from '../fixtures/good-photos'

const SIDE = 96

/**
 * How far each decoder's pixels are from sharp's, as mean absolute difference of 0..255 values at 96 x 96.
 */
export async function measureDecoders(): Promise<Readonly<Record<string, unknown>>> {
  const [sharp, ...others] = await Promise.all(DECODERS.map((name) => loadDecoder(name)))
  const photos: Record<string, unknown>[] = []
  for (const { name, bytes, width, height } of await goodPhotos()) {
    const size = { width: SIDE, height: SIDE }
    const yardstick = await decode(bytes, { decoder: sharp!, ...size })
    const differences: Record<string, number> = {}
    for (const decoder of others) {
      differences[decoder.name] = difference(yardstick, await decode(bytes, { decoder, ...size }))
    }
    photos.push({ photo: name, width, height, ...differences })
  }
  return {
    unit: 'mean absolute difference to sharp, of 255',
    decoders: [sharp!, ...others].map(({ name, version }) => ({ name, version })),
    photos,
  }
}

function difference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!)
  return Math.round((sum / a.length) * 1000) / 1000
}
