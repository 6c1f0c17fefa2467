import { mkdir, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { crc32 } from 'node:zlib'
import { toCacheError, type CacheUse } from './cache-error'

/** What is in a sealed file: bytes, and what they are. */
interface Content {
  readonly bodyBytes: number
  /** Written as JSON. */
  readonly index: unknown
}

/** A file found where one was sealed; the caller closes `file`. */
export type Unsealed =
  | { readonly state: 'missing' | 'damaged' }
  | ({ readonly state: 'whole'; readonly file: FileHandle } & Content)

/** Body, index and footer follow each other; the footer is the mark, the index' length and its CRC-32. */
const MARK = Buffer.from('twinphot')
const FOOTER_BYTES = MARK.length + 8

const USE: CacheUse = {
  what: 'decoded photos',
  otherwise: 'or remove the folder’s older files, which are made anew when needed',
}

/**
 * Writes a file under a temporary name and renames it when it is whole, so that nobody finds half of one. Whatever
 * stops `fill` removes it; what a killed process left is removed by the next.
 *
 * @throws CacheError if the disk is full or may not be written to
 */
export async function sealFile(
  path: string,
  fill: (file: FileHandle) => Promise<Content>,
): Promise<void> {
  const temporary = `${path}.new-${process.pid}`
  try {
    await mkdir(dirname(path), { recursive: true })
    await removeAbandoned(dirname(path))
    const file = await open(temporary, 'w')
    try {
      const { bodyBytes, index } = await fill(file)
      await writeAt(file, toTail(index), bodyBytes)
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw toCacheError(cause, dirname(path), USE)
  }
}

/** Writes all bytes: a nearly full disk may take some of them without an error. */
export async function writeAt(
  file: FileHandle,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  let done = 0
  while (done < bytes.length) {
    const left = bytes.length - done
    done += (await file.write(bytes, done, left, position + done)).bytesWritten
  }
}

/** Opens a sealed file. The index is whole where the state says so; the body is for the caller to check. */
export async function unsealFile(path: string): Promise<Unsealed> {
  let file: FileHandle
  try {
    file = await open(path)
  } catch {
    return { state: 'missing' }
  }
  const content = await readContent(file).catch(() => undefined)
  if (content !== undefined) return { state: 'whole', file, ...content }
  await file.close()
  return { state: 'damaged' }
}

async function readContent(file: FileHandle): Promise<Content | undefined> {
  const { size } = await file.stat()
  const footer = await readAt(file, FOOTER_BYTES, size - FOOTER_BYTES)
  if (!footer.subarray(0, MARK.length).equals(MARK)) return undefined
  const indexBytes = footer.readUInt32LE(MARK.length)
  const bodyBytes = size - FOOTER_BYTES - indexBytes
  const index = await readAt(file, indexBytes, bodyBytes)
  if (crc32(index) !== footer.readUInt32LE(MARK.length + 4)) return undefined
  return { bodyBytes, index: JSON.parse(index.toString('utf8')) as unknown }
}

function toTail(index: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(index))
  const numbers = Buffer.alloc(8)
  numbers.writeUInt32LE(json.length, 0)
  numbers.writeUInt32LE(crc32(json), 4)
  return Buffer.concat([json, MARK, numbers])
}

/** @throws RangeError if the file ends before */
export async function readAt(file: FileHandle, length: number, position: number): Promise<Buffer> {
  if (position < 0) throw new RangeError('the file is too short')
  const bytes = Buffer.alloc(length)
  let done = 0
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done)
    if (bytesRead === 0) throw new RangeError('the file is too short')
    done += bytesRead
  }
  return bytes
}

async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = /\.new-(\d+)$/.exec(name)?.[1]
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(folder, name), { force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
