import { PhotoError } from '../errors'
import { readOrientation } from '../exif'
import type { PhotoHeader } from '../photo-header'

interface Size {
  readonly width: number
  readonly height: number
}

const NOTHING: Size = { width: 0, height: 0 }
const ANIMATION_FLAG = 0x02
const EXIF_PREFIX = Buffer.from('Exif\0\0', 'latin1')

/**
 * Header of a WebP (RFC 9649), or undefined if it is none. Where canvas and frame disagree the larger size counts,
 * so that neither can hide the other.
 *
 * @throws PhotoError CORRUPT_PHOTO if it has no frame
 */
export function readWebpHeader(photo: Uint8Array): PhotoHeader | undefined {
  const bytes = Buffer.from(photo.buffer, photo.byteOffset, photo.byteLength)
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WEBP') {
    return undefined
  }
  let size: Size | undefined
  let animated = false
  let exif: Uint8Array | undefined
  for (const { type, data } of chunks(bytes)) {
    const declared = readSize(type, data)
    if (declared !== undefined) size = larger(size ?? NOTHING, declared)
    if (type === 'VP8X') animated = ((data[0] ?? 0) & ANIMATION_FLAG) !== 0
    if (type === 'EXIF') exif ??= withoutPrefix(data)
  }
  if (size === undefined) throw new PhotoError('CORRUPT_PHOTO', 'the webp photo has no frame')
  const complete = bytes.readUInt32LE(4) + 8 <= bytes.length
  return {
    format: 'webp',
    ...size,
    channels: 4,
    orientation: readOrientation(exif),
    animated,
    complete,
  }
}

function* chunks(bytes: Buffer): Generator<{ type: string; data: Buffer }> {
  let offset = 12
  while (offset + 8 <= bytes.length) {
    const length = bytes.readUInt32LE(offset + 4)
    const type = bytes.toString('latin1', offset, offset + 4)
    yield { type, data: bytes.subarray(offset + 8, offset + 8 + length) }
    offset += 8 + length + (length % 2)
  }
}

function readSize(type: string, data: Buffer): Size | undefined {
  if (type === 'VP8X' && data.length >= 10) {
    return { width: data.readUIntLE(4, 3) + 1, height: data.readUIntLE(7, 3) + 1 }
  }
  if (type === 'VP8 ' && data.length >= 10 && data.readUIntBE(3, 3) === 0x9d012a) {
    return { width: data.readUInt16LE(6) & 0x3fff, height: data.readUInt16LE(8) & 0x3fff }
  }
  if (type === 'VP8L' && data.length >= 5 && data[0] === 0x2f) {
    const bits = data.readUInt32LE(1)
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
  }
  return undefined
}

const larger = (a: Size, b: Size): Size => ({
  width: Math.max(a.width, b.width),
  height: Math.max(a.height, b.height),
})

/** Some writers keep JPEG's prefix in front of the TIFF block. */
const withoutPrefix = (data: Buffer): Buffer =>
  data.subarray(0, 6).equals(EXIF_PREFIX) ? data.subarray(6) : data
