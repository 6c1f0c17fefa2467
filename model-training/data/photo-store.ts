import { closeSync, openSync, readSync } from 'node:fs'

/** Decoded photos in a file; constant memory however many they are. */
export interface PhotoStore {
  /** Width and height in pixels. */
  readonly size: number
  readonly count: number
  /**
   * Copies the RGB of one photo, [size * size * 3], 0..255, to `into` from `offset` on.
   *
   * @throws RangeError if there is no such photo, or no room for it
   */
  read(place: number, into: Uint8Array, offset?: number): void
  close(): void
}

/** RGB of a photo in bytes. */
export const toPhotoBytes = (size: number): number => size * size * 3

/** Photos that are in memory already, for tests and small sets. */
export function toPhotoStore(rgb: readonly Uint8Array[], size: number): PhotoStore {
  const wrong = rgb.find((photo) => photo.length !== toPhotoBytes(size))
  if (wrong)
    throw new RangeError(`a photo of ${wrong.length} bytes is not ${size} x ${size} pixels`)
  return {
    size,
    count: rgb.length,
    read(place, into, offset = 0) {
      requireRoom({ size, count: rgb.length }, place, into.length - offset)
      into.set(rgb[place] ?? [], offset)
    },
    close: () => undefined,
  }
}

/**
 * Photos in a file, one after the other. Reading is synchronous, as training waits for it anyway, and
 * what was read once comes from the system's page cache.
 *
 * @param slots where in the file each photo is, counted in photos
 */
export function openPhotoStore(
  path: string,
  { size, slots }: { readonly size: number; readonly slots: readonly number[] },
): PhotoStore {
  const [file, bytes, count] = [openSync(path, 'r'), toPhotoBytes(size), slots.length]
  let state: 'open' | 'closed' = 'open'
  return {
    size,
    count,
    read(place, into, offset = 0) {
      // Its number may be another file's by now.
      if (state === 'closed') throw new Error('the photos are closed')
      requireRoom({ size, count }, place, into.length - offset)
      const position = (slots[place] ?? 0) * bytes
      let done = 0
      while (done < bytes) {
        const read = readSync(file, into, offset + done, bytes - done, position + done)
        if (read === 0) throw new Error(`${path} has become shorter; remove it and start again`)
        done += read
      }
    },
    close() {
      if (state === 'closed') return
      state = 'closed'
      closeSync(file)
    },
  }
}

function requireRoom(
  { size, count }: Pick<PhotoStore, 'size' | 'count'>,
  place: number,
  room: number,
): void {
  if (!Number.isInteger(place) || place < 0 || place >= count) {
    throw new RangeError(`there is no photo ${place} among ${count}`)
  }
  if (room < toPhotoBytes(size)) {
    throw new RangeError(`a photo needs ${toPhotoBytes(size)} bytes, ${room} are there`)
  }
}
