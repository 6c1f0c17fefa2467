import type { Body } from '../../bench/load/load'

/** No photos, but different bytes, which is all that a fake target looks at. */
export function toFakePhotos(count: number): readonly Body[] {
  return Array.from({ length: count }, (_, number) => ({
    bytes: Buffer.from(`photo ${number}`),
    contentType: 'image/jpeg',
  }))
}
