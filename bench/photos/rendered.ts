import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { createRandom } from '../random'
import type { Size } from './photos'
import { renderPixels } from './render-photo'

interface RenderOptions extends Size {
  readonly seed: number
  readonly count: number
  /** Sets of photos are kept here; one that cannot be written is done without. */
  readonly cacheFolder: string
}

const JPEG_QUALITY = 85
/** Sets that are kept: a seed a run would fill the disk. */
const MOST_KEPT = 8

/** Synthetic photos as JPEGs, decided by size, seed and count; from the cache if they were made before. */
export async function renderPhotos(options: RenderOptions): Promise<readonly Buffer[]> {
  const { width, height, seed, count, cacheFolder } = options
  const folder = join(cacheFolder, `${width}x${height}-${seed}-${count}-${await keyOfScripts()}`)
  const kept = await readKept(folder, count)
  if (kept !== undefined) return kept
  const random = createRandom(seed)
  const photos: Buffer[] = []
  for (let number = 0; number < count; number++) {
    const pixels = renderPixels({ width, height, seed: Math.floor(random() * 2 ** 32) })
    const raw = { width, height, channels: 3 } as const
    photos.push(await sharp(pixels, { raw }).jpeg({ quality: JPEG_QUALITY }).toBuffer())
  }
  // Without a cache it only takes longer.
  await keep(folder, photos).catch(() => undefined)
  await forgetOld(cacheFolder).catch(() => undefined)
  return photos
}

/** Other scripts or another libvips would render other bytes. */
async function keyOfScripts(): Promise<string> {
  const scripts = ['noise-field.ts', 'render-photo.ts', 'rendered.ts', '../random.ts']
  const hash = createHash('sha256').update(`${sharp.versions.sharp} ${sharp.versions.vips}`)
  for (const script of scripts) hash.update('\0').update(await readFile(join(__dirname, script)))
  return hash.digest('hex').slice(0, 16)
}

const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** All of them, each as its name says; undefined otherwise. */
async function readKept(folder: string, count: number): Promise<readonly Buffer[] | undefined> {
  try {
    const names = (await readdir(folder)).sort()
    const photos = await Promise.all(names.map((name) => readFile(join(folder, name))))
    const isSound = photos.every((bytes, at) => names[at] === toName(bytes, at))
    return isSound && photos.length === count ? photos : undefined
  } catch {
    return undefined
  }
}

function toName(bytes: Buffer, at: number): string {
  return `${String(at).padStart(3, '0')}-${sha256Of(bytes)}.jpg`
}

/** A folder gets its name when it is complete, so nobody reads half a set. */
async function keep(folder: string, photos: readonly Buffer[]): Promise<void> {
  const unfinished = `${folder}.${randomUUID()}.unfinished`
  try {
    await mkdir(unfinished, { recursive: true })
    for (const [at, bytes] of photos.entries()) {
      await writeFile(join(unfinished, toName(bytes, at)), bytes)
    }
    // One that is there was not sound, or was just made by somebody else.
    await rm(folder, { recursive: true, force: true })
    await rename(unfinished, folder)
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}

async function forgetOld(cacheFolder: string): Promise<void> {
  const folders = (await readdir(cacheFolder)).map((name) => join(cacheFolder, name))
  const dated = await Promise.all(
    folders.map(async (path) => ({ path, madeAt: (await stat(path)).mtimeMs })),
  )
  const old = dated.sort((a, b) => b.madeAt - a.madeAt).slice(MOST_KEPT)
  await Promise.all(old.map(({ path }) => rm(path, { recursive: true, force: true })))
}
