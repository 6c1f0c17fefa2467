import { PhotoError } from './errors'
import { tooLarge } from './photo-header'

/**
 * Refuses a photo that is told to be something else.
 *
 * @param mediaType lower case, without parameters; undefined: not told
 * @throws PhotoError UNSUPPORTED_PHOTO
 */
export function requirePhotoType(mediaType = 'application/octet-stream', other = ''): void {
  if (mediaType.startsWith('image/') || mediaType === 'application/octet-stream') return
  throw new PhotoError(
    'UNSUPPORTED_PHOTO',
    `content type ${mediaType} is not accepted: send image/jpeg, image/png, image/webp, ` +
      `application/octet-stream${other}`,
  )
}

/** @throws PhotoError PHOTO_TOO_LARGE */
export function requireLength(photo: Uint8Array, maxBytes: number): void {
  if (photo.byteLength > maxBytes) throw tooLarge(maxBytes)
}
