import type { FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { toCachePath } from './cache-path'
import { decodeEach } from './decode-each'
import { openPhotoStore, toPhotoBytes, toPhotoStore, type PhotoStore } from './photo-store'
import type { FileFacts } from './photo-source'
import type { Reading } from './reading'
import { readAt, sealFile, unsealFile, writeAt } from './sealed-file'

interface DecodePhotosOptions extends Reading {
  /** Width and height in pixels. */
  readonly size: number
}

interface Decoded {
  /** The photos that could be decoded, in the order of the files; the caller closes it. */
  readonly store: PhotoStore
  /** Why a photo could not be had, by its place among the files. */
  readonly failures: ReadonlyMap<number, string>
}

/** A cache's index. */
interface Index {
  /** CRC-32 of each photo; of those that failed, 0. */
  readonly sums: readonly number[]
  readonly failures: readonly (readonly [number, string])[]
}

/**
 * Decodes photos into one file of the cache, or finds them there; keeps them in memory where there is no
 * cache to write to.
 *
 * @throws CacheError if the disk is full or may not be written to
 */
export async function decodePhotos(
  files: readonly string[],
  options: DecodePhotosOptions,
): Promise<Decoded> {
  const { source, cache, size, onNotice } = options
  const facts = await source.facts(files)
  if (cache === undefined) return decodeToMemory(files, facts, options)
  const photos = files.map((file, place) => [file, facts[place]] as const)
  const path = toCachePath(cache, options, `${size} px`, photos)
  const kept = await readIndex(path, files.length, options)
  if (kept !== 'missing' && kept !== 'damaged') return toDecoded(path, size, kept)
  if (kept === 'damaged') onNotice?.(`${path} is damaged: its photos are decoded again`)
  if (cache.mode === 'read') return decodeToMemory(files, facts, options)
  let index: Index = { sums: [], failures: [] }
  await sealFile(path, async (file) => {
    index = await decodeToFile(file, files, facts, options)
    return { bodyBytes: files.length * toPhotoBytes(size), index }
  })
  return toDecoded(path, size, index)
}

async function decodeToMemory(
  files: readonly string[],
  facts: readonly (FileFacts | undefined)[],
  options: DecodePhotosOptions,
): Promise<Decoded> {
  const { size } = options
  const all: Uint8Array[] = []
  const exact = { ...options, facts, width: size, height: size }
  const failures = await decodeEach(files, exact, ({ place, rgb }) => void (all[place] = rgb))
  return { store: toPhotoStore(Object.values(all), size), failures }
}

async function decodeToFile(
  file: FileHandle,
  files: readonly string[],
  facts: readonly (FileFacts | undefined)[],
  options: DecodePhotosOptions,
): Promise<Index> {
  const { size } = options
  const sums = files.map(() => 0)
  const exact = { ...options, facts, width: size, height: size }
  const failures = await decodeEach(files, exact, async ({ place, rgb }) => {
    sums[place] = crc32(rgb)
    await writeAt(file, rgb, place * rgb.length)
  })
  return { sums, failures: [...failures] }
}

function toDecoded(path: string, size: number, { sums, failures }: Index): Decoded {
  const failed = new Map(failures)
  const slots = [...sums.keys()].filter((slot) => !failed.has(slot))
  return { store: openPhotoStore(path, { size, slots }), failures: failed }
}

/** A cache's index, once every photo of the cache has been found as it was written. */
async function readIndex(
  path: string,
  count: number,
  { size, signal }: DecodePhotosOptions,
): Promise<Index | 'missing' | 'damaged'> {
  const unsealed = await unsealFile(path)
  if (unsealed.state !== 'whole') return unsealed.state
  const { file, bodyBytes } = unsealed
  try {
    // Its sum says that it is what `decodeToFile` wrote.
    const index = unsealed.index as Index
    const bytes = toPhotoBytes(size)
    if (index.sums.length !== count || bodyBytes !== count * bytes) return 'damaged'
    const failed = new Map(index.failures)
    for (const [slot, sum] of index.sums.entries()) {
      signal?.throwIfAborted()
      if (failed.has(slot)) continue
      if (crc32(await readAt(file, bytes, slot * bytes)) !== sum) return 'damaged'
    }
    return index
  } finally {
    await file.close()
  }
}
