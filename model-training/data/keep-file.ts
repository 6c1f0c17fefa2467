import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { toCacheError, type CacheUse } from './cache-error'

/**
 * Writes a file of the cache as a whole or not at all: a rename is all or nothing, so nobody finds half of it, and what
 * was there before stays until then.
 *
 * @throws CacheError if the disk is full or may not be written to
 */
export async function keepFile(
  path: string,
  content: NodeJS.ArrayBufferView | string,
  use: CacheUse,
): Promise<void> {
  const temporary = `${path}.new`
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(temporary, content)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw toCacheError(error, dirname(path), use)
  }
}
