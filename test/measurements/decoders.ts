import { DECODERS, decode, loadDecoder } from '../../inference'
import type { Decoder } from '../../inference'
import { goodPhotos } from '../fixtures/good-photos'
import { median } from './median'

/** One fixture photo: each decoder's difference to sharp and its CPU time. */
export interface DecodedPhoto {
  readonly photo: string
  readonly width: number
  readonly height: number
  /** Mean absolute difference of the RGB values to sharp's, of 255. */
  readonly differenceToSharp: Readonly<Record<string, number>>
  readonly cpuMs: Readonly<Record<string, number>>
}

/** What `measureDecoders` found. */
export interface DecodersMeasurement {
  readonly side: number
  readonly decoders: readonly { readonly name: string; readonly version: string }[]
  readonly photos: readonly DecodedPhoto[]
}

/** As photo-net takes them. */
const SIDE = 128
const SIZE = { width: SIDE, height: SIDE }

/** How far each decoder's pixels are from sharp's at this size, and what they cost, on every fixture photo. */
export async function measureDecoders({
  blocks,
}: {
  readonly blocks: number
}): Promise<DecodersMeasurement> {
  const decoders = await Promise.all(DECODERS.map((name) => loadDecoder(name)))
  const photos: DecodedPhoto[] = []
  for (const { name, bytes, width, height } of await goodPhotos()) {
    const rgb = await Promise.all(decoders.map((decoder) => decode(bytes, { decoder, ...SIZE })))
    const costs = decoders.map((): number[] => [])
    for (let block = 0; block < blocks; block++) {
      for (const [i, decoder] of decoders.entries()) costs[i]!.push(await costOf(decoder, bytes))
    }
    const byName = (values: readonly number[]): Record<string, number> =>
      Object.fromEntries(decoders.map((decoder, i) => [decoder.name, values[i]!]))
    photos.push({
      photo: name,
      width,
      height,
      differenceToSharp: byName(rgb.map((other) => difference(rgb[0]!, other))),
      cpuMs: byName(costs.map(median)),
    })
  }
  return { side: SIDE, decoders: decoders.map(({ name, version }) => ({ name, version })), photos }
}

async function costOf(decoder: Decoder, bytes: Uint8Array): Promise<number> {
  const before = process.cpuUsage()
  await decode(bytes, { decoder, ...SIZE })
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

function difference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!)
  return sum / a.length
}
