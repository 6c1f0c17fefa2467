import type { PhotoPool } from './photo-pool'

interface Busy {
  readonly photo: Uint8Array
  /** In all. */
  readonly photos: number
  readonly atOnce: number
}

/** Has a photo classified so many times, always so many at once, each time as bytes of its own like those of a request. */
export async function keepBusy(
  { classify }: Pick<PhotoPool, 'classify'>,
  { photo, photos, atOnce }: Busy,
): Promise<void> {
  let left = photos
  const takeTurns = async (): Promise<void> => {
    while (left-- > 0) await classify(copyOf(photo))
  }
  await Promise.all(Array.from({ length: atOnce }, takeTurns))
}

/** Never in a part of memory that buffers share: that could not be transferred, and would be cloned as a whole. */
export function copyOf(photo: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = Buffer.allocUnsafeSlow(photo.length)
  copy.set(photo)
  return copy
}
