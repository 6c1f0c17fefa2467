import { DEFAULT_LIMITS } from '../../inference/index'
import type { PhotoSource } from '../data/photo-source'

/** Reads the bytes of a photo of the data. */
export type ReadPhoto = (file: string) => Promise<Uint8Array>

/** A photo cannot be read; the message is the reason that the evaluation lists. */
export class UnreadablePhotoError extends Error {
  override readonly name = 'UnreadablePhotoError'
}

/** A reader that throws UnreadablePhotoError for what is not there, and for what serving would not even receive. */
export function createReader(source: PhotoSource): ReadPhoto {
  return async (file) => {
    const [facts] = await source.facts([file])
    if (facts === undefined) throw new UnreadablePhotoError('missing file')
    if (facts.bytes > DEFAULT_LIMITS.maxBytes) {
      throw new UnreadablePhotoError('damaged photo (PHOTO_TOO_LARGE)')
    }
    try {
      for await (const { load } of source.read([file])) return await load()
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException
      if (code === undefined) throw cause
      throw new UnreadablePhotoError(`unreadable file (${code})`, { cause })
    }
    throw new UnreadablePhotoError('missing file')
  }
}
