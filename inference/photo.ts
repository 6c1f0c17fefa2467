import type { Decoder } from './decoder'
import { LoadError, PhotoError } from './errors'
import { DEFAULT_LIMITS, readHeader } from './photo-header'
import type { PhotoLimits } from './photo-header'

/** How a photo becomes RGB values. */
export interface PhotoOptions {
  readonly decoder: Decoder
  readonly width: number
  readonly height: number
  readonly limits?: PhotoLimits
}

/**
 * Decodes, orients and resizes a photo.
 *
 * @returns RGB, [height * width * 3], 0..255
 * @throws PhotoError EMPTY_PHOTO, PHOTO_TOO_LARGE, PHOTO_TOO_MANY_PIXELS, UNSUPPORTED_PHOTO, CORRUPT_PHOTO or TIMED_OUT
 */
export async function decode(
  photo: Uint8Array,
  { decoder, width, height, limits = DEFAULT_LIMITS }: PhotoOptions,
): Promise<Uint8Array> {
  const header = readHeader(photo, limits)
  try {
    return await decoder.decode(photo, header, { width, height, maxTimeMs: limits.maxTimeMs })
  } catch (cause) {
    if (isTimeout(cause)) {
      throw new PhotoError(
        'TIMED_OUT',
        `the photo took more than ${limits.maxTimeMs} ms to decode`,
        { cause },
      )
    }
    // No fault of the photo's.
    if (cause instanceof LoadError) throw cause
    throw new PhotoError('CORRUPT_PHOTO', `the ${header.format} photo cannot be decoded`, { cause })
  }
}

const isTimeout = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('timeout:')
