import { readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { FileFacts, PhotoSource } from './photo-source'
import { walkFiles } from './walk-files'

/** Asking for so many files at once keeps libuv's threads busy, and the list of open questions short. */
const AT_ONCE = 64

/**
 * The photos of a folder and its folders.
 *
 * @throws DatasetError if it cannot be read
 */
export async function createFolderSource(folder: string): Promise<PhotoSource> {
  const path = resolve(folder)
  return {
    path,
    files: await walkFiles(path),
    async facts(files) {
      const facts: (FileFacts | undefined)[] = []
      for (let start = 0; start < files.length; start += AT_ONCE) {
        const some = files.slice(start, start + AT_ONCE)
        facts.push(...(await Promise.all(some.map((file) => readFacts(join(path, file))))))
      }
      return facts
    },
    read: (files) =>
      files.map((file, place) => ({ place, load: () => readFile(join(path, file)) })),
  }
}

async function readFacts(path: string): Promise<FileFacts | undefined> {
  try {
    const stats = await stat(path)
    return stats.isFile()
      ? { bytes: stats.size, stamp: `${stats.mtimeMs} ${stats.ctimeMs}` }
      : undefined
  } catch {
    return undefined
  }
}
