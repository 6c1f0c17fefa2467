import type { Decoder } from './decoder'
import { PhotoError } from './errors'
import type { ModelInput } from './model'
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
    throw new PhotoError('CORRUPT_PHOTO', `the ${header.format} photo cannot be decoded`, { cause })
  }
}

/**
 * Writes a photo's RGB values into a batch's pixels: pixel = value * scale + offset.
 *
 * @param pixels [batch, height, width, 3]
 * @param index the photo's place in the batch
 */
export function normalise(
  rgb: Uint8Array,
  { scale, offset }: Pick<ModelInput, 'scale' | 'offset'>,
  pixels: Float32Array,
  index: number,
): void {
  const start = index * rgb.length
  for (let i = 0; i < rgb.length; i++) pixels[start + i] = rgb[i]! * scale + offset
}

const isTimeout = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('timeout:')
