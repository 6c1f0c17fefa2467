import { open, readdir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import sharp from 'sharp'
import { createRandom, shuffle } from '../random'
import type { EncodedPhoto, Size } from './photos'

/** The user's photos cannot be used. The message says why and what to do, and names files relative to the folder. */
export class PhotosError extends Error {
  override readonly name = 'PhotosError'
}

interface FolderOptions {
  readonly folder: string
  /** Decides which are taken if there are more than `most`. */
  readonly seed: number
  readonly most: number
  /** Undefined: as they are. */
  readonly size: Size | undefined
}

interface FolderPhotos {
  readonly photos: readonly EncodedPhoto[]
  /** Whether there was more than was asked for. */
  readonly isChoice: boolean
}

interface Found {
  readonly path: string
  readonly contentType: string
}

const JPEG_QUALITY = 85

/**
 * The JPEG, PNG and WebP photos anywhere below a folder, told by their content and sorted by path.
 *
 * @throws PhotosError if the folder cannot be read, or has no or a damaged photo
 */
export async function readFolder(options: FolderOptions): Promise<FolderPhotos> {
  const { folder, size } = options
  const { found, isChoice } = await choose(options)
  const photos: EncodedPhoto[] = []
  // One after the other: the pixels of a large one take 100 MB.
  for (const { path, contentType } of found) {
    const bytes = await orExplain(folder, path, readFile(path))
    const resized = await requireSound(folder, path, bytes, size)
    photos.push(resized === undefined ? { bytes, contentType } : toJpeg(resized))
  }
  return { photos, isChoice }
}

const toJpeg = (bytes: Buffer): EncodedPhoto => ({ bytes, contentType: 'image/jpeg' })

/** In random order, so that of a huge folder only what is taken is opened. */
async function choose({
  folder,
  seed,
  most,
}: FolderOptions): Promise<{ readonly found: readonly Found[]; readonly isChoice: boolean }> {
  const paths = await listFiles(folder)
  const found: Found[] = []
  let isChoice = false
  for (const path of shuffle(paths, createRandom(seed))) {
    const contentType = await orExplain(folder, path, sniff(path))
    if (contentType === undefined) continue
    isChoice = found.length === most
    if (isChoice) break
    found.push({ path, contentType })
  }
  if (found.length === 0) {
    throw new PhotosError(
      'the folder of photos has no JPEG, PNG or WebP in it: give another, or none to send rendered photos',
    )
  }
  return { found: found.sort((a, b) => (a.path < b.path ? -1 : 1)), isChoice }
}

async function listFiles(folder: string): Promise<string[]> {
  const info = await stat(folder).catch((error: unknown) => {
    throw new PhotosError(`the folder of photos ${explain(error)}: give one that exists`)
  })
  if (!info.isDirectory()) {
    throw new PhotosError('the folder of photos is not a folder: give the one that the photo is in')
  }
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: unknown) => {
      throw new PhotosError(`the folder of photos ${explain(error)}: let this user read it`)
    },
  )
  // Sorted, so that equal folders give equal choices; links to files are followed, those to folders might run in circles.
  return entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

/** Which kind of photo a file begins like. */
async function sniff(path: string): Promise<string | undefined> {
  if (!(await stat(path)).isFile()) return undefined
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(12), 0, 12, 0)
    return toContentType(buffer.subarray(0, bytesRead))
  } finally {
    await file.close()
  }
}

function toContentType(start: Buffer): string | undefined {
  const text = start.toString('latin1')
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (text.startsWith('RIFF') && text.slice(8) === 'WEBP') return 'image/webp'
  return undefined
}

/** Decodes all of it, small where that is all that is asked for (which is 10 times as fast). */
async function requireSound(
  folder: string,
  path: string,
  bytes: Buffer,
  size: Size | undefined,
): Promise<Buffer | undefined> {
  const upright = sharp(bytes, { failOn: 'error' }).autoOrient()
  try {
    if (size !== undefined) {
      const { width, height } = size
      return await upright
        .flatten({ background: '#fff' })
        .resize(width, height, { fit: 'cover' })
        .jpeg({ quality: JPEG_QUALITY })
        .toBuffer()
    }
    await upright.resize(32, 32).raw().toBuffer()
    return undefined
  } catch {
    throw new PhotosError(
      `${relative(folder, path)}: the photo is damaged: repair it or take it out of the folder`,
    )
  }
}

async function orExplain<T>(folder: string, path: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading
  } catch (error) {
    throw new PhotosError(
      `${relative(folder, path)} ${explain(error)}: let this user read it or take it out of the folder`,
    )
  }
}

function explain(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  if (code === 'ENOENT') return 'does not exist'
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read by this user'
  return `cannot be read (${code})`
}
