import type { ReadPhoto } from './read-photo'

/** Small pictures as data URIs, by file. */
export type Thumbnails = ReadonlyMap<string, string>

const SIDE = 128

/**
 * Makes small JPEGs of some photos. What cannot be read, or shrunk, has none.
 *
 * @throws Error if sharp does not load
 */
export async function makeThumbnails(
  photos: readonly { readonly file: string }[],
  read: ReadPhoto,
): Promise<Thumbnails> {
  const { default: sharp } = await import('sharp')
  const thumbnails = new Map<string, string>()
  for (const { file } of photos) {
    try {
      const small = await sharp(await read(file), { autoOrient: true })
        .resize(SIDE, SIDE, { fit: 'inside', withoutEnlargement: true })
        .flatten({ background: '#fff' })
        .jpeg({ quality: 70 })
        .toBuffer()
      thumbnails.set(file, `data:image/jpeg;base64,${small.toString('base64')}`)
    } catch {
      // The page says the file's name all the same.
    }
  }
  return thumbnails
}
