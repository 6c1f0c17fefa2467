import { PhotoError } from '../errors'
import { readOrientation } from '../exif'
import type { PhotoHeader } from '../photo-header'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
/** Colour type -> channels, PNG third edition table 9. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 }

/**
 * Header of a PNG (W3C PNG third edition), or undefined if it is none.
 *
 * @throws PhotoError CORRUPT_PHOTO if it does not begin with its IHDR chunk
 */
export function readPngHeader(photo: Uint8Array): PhotoHeader | undefined {
  const bytes = Buffer.from(photo.buffer, photo.byteOffset, photo.byteLength)
  if (!bytes.subarray(0, 8).equals(SIGNATURE)) return undefined
  if (bytes.length < 33 || bytes.toString('latin1', 12, 16) !== 'IHDR') {
    throw new PhotoError('CORRUPT_PHOTO', 'the png photo does not begin with its header')
  }
  const { headers, exif, animated, complete } = summarise(bytes)
  // pngjs goes by the last one, which would get past the limit of pixels.
  if (headers > 1) {
    throw new PhotoError('CORRUPT_PHOTO', 'the png photo has more than one header')
  }
  return {
    format: 'png',
    width: bytes.readUInt32BE(16),
    height: bytes.readUInt32BE(20),
    channels: CHANNELS[bytes[25] ?? -1] ?? 0,
    orientation: readOrientation(exif),
    animated,
    complete,
  }
}

/** What the chunks say; there may be a million of them. */
function summarise(bytes: Buffer) {
  let headers = 0
  let exif: Uint8Array | undefined
  let animated = false
  let complete = false
  for (const { type, data } of readPngChunks(bytes)) {
    if (type === 'IHDR') headers++
    if (type === 'eXIf') exif ??= data
    if (type === 'acTL') animated = true
    if (type === 'IEND') complete = true
  }
  return { headers, exif, animated, complete }
}

/** The chunks that are all there, up to IEND. */
export function* readPngChunks(bytes: Buffer): Generator<{ type: string; data: Buffer }> {
  let offset = SIGNATURE.length
  while (offset + 12 <= bytes.length) {
    const length = bytes.readUInt32BE(offset)
    if (offset + 12 + length > bytes.length) return
    const type = bytes.toString('latin1', offset + 4, offset + 8)
    yield { type, data: bytes.subarray(offset + 8, offset + 8 + length) }
    if (type === 'IEND') return
    offset += 12 + length
  }
}
