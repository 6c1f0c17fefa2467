import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { FileFacts } from './photo-source'
import type { CacheChoice, Reading } from './reading'

/** Counts the ways in which caches have been written; another one makes them all anew. */
const FORMAT = 1

/**
 * Where what was made of some photos is kept: a name that changes with the decoder, with what was made,
 * and with path, length and time of any photo.
 *
 * @param made names what was made, such as the size in pixels
 */
export function toCachePath(
  { folder }: CacheChoice,
  { source, decoder }: Reading,
  made: string,
  photos: readonly (readonly [string, FileFacts | undefined])[],
): string {
  const hash = createHash('sha256')
  hash.update(JSON.stringify([FORMAT, decoder.name, decoder.version, made, source.path]))
  for (const [file, facts] of photos)
    hash.update(JSON.stringify([file, facts?.bytes, facts?.stamp]))
  return join(folder, 'photos', hash.digest('hex').slice(0, 32))
}
