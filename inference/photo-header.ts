import { PhotoError } from './errors'
import { readJpegHeader } from './headers/jpeg'
import { readPngHeader } from './headers/png'
import { readWebpHeader } from './headers/webp'

/** What a photo says of itself before it is decoded. */
export interface PhotoHeader {
  readonly format: 'jpeg' | 'png' | 'webp'
  /** As stored, before `orientation` is applied. */
  readonly width: number
  readonly height: number
  /** EXIF orientation, 1 (as it is) to 8. */
  readonly orientation: number
  readonly channels: number
  readonly animated: boolean
  /** False where the file ends before its format says so. */
  readonly complete: boolean
}

/** What a photo may be at most; beyond it, it is refused before it is decoded. */
export interface PhotoLimits {
  readonly maxBytes: number
  /** Declared width x height. */
  readonly maxPixels: number
  /** For waiting, and again for decoding and predicting. */
  readonly maxTimeMs: number
}

/**
 * The limits where nothing else is said: 10 MB holds a 12 MP phone photo of the best quality twice;
 * 40 MP keeps the largest progressive JPEG's coefficients (3 bytes a pixel) at 120 MB.
 */
export const DEFAULT_LIMITS: PhotoLimits = {
  maxBytes: 10_000_000,
  maxPixels: 40_000_000,
  maxTimeMs: 10_000,
}

/**
 * Reads a photo's header and refuses what must not reach a decoder, so that every decoder refuses the same photos.
 *
 * @throws PhotoError EMPTY_PHOTO, PHOTO_TOO_LARGE, UNSUPPORTED_PHOTO, CORRUPT_PHOTO or PHOTO_TOO_MANY_PIXELS
 */
export function readHeader(photo: Uint8Array, { maxBytes, maxPixels }: PhotoLimits): PhotoHeader {
  if (photo.byteLength === 0) throw new PhotoError('EMPTY_PHOTO', 'the photo has no bytes')
  if (photo.byteLength > maxBytes) throw tooLarge(maxBytes)
  const header = parse(photo)
  const { format, width, height } = header
  if (width === 0 || height === 0) {
    throw new PhotoError(
      'CORRUPT_PHOTO',
      `the ${format} photo says it is ${width} x ${height} pixels`,
    )
  }
  if (width * height > maxPixels) {
    throw new PhotoError(
      'PHOTO_TOO_MANY_PIXELS',
      `the photo is ${width} x ${height} pixels, at most ${maxPixels} pixels are accepted`,
    )
  }
  if (header.animated) {
    throw new PhotoError(
      'UNSUPPORTED_PHOTO',
      `the photo is an animated ${format}, send a still one`,
    )
  }
  if (!header.complete) {
    throw new PhotoError(
      'CORRUPT_PHOTO',
      `the ${format} photo ends too early, was it cut off on its way?`,
    )
  }
  return header
}

/** The error for a photo of more than `maxBytes` bytes. */
export function tooLarge(maxBytes: number): PhotoError {
  return new PhotoError('PHOTO_TOO_LARGE', `the photo has more than the ${maxBytes} bytes accepted`)
}

function parse(photo: Uint8Array): PhotoHeader {
  const header = readJpegHeader(photo) ?? readPngHeader(photo) ?? readWebpHeader(photo)
  if (header !== undefined) return header
  throw new PhotoError('UNSUPPORTED_PHOTO', 'the photo is not a JPEG, PNG or WebP')
}
