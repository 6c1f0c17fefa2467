import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Prediction } from '../load/answer'
import { makeRunFolder, toJson } from '../recorder'
import type { References } from '../references'
import type { PhotoFacts } from '../run'
import { PhotosError } from './folder'
import type { Photo } from './photos'

/** A line of photos.json. */
export interface PhotoFile {
  /** In the folder; has a part of its sha256, so that equal names are equal photos. */
  readonly file: string
  readonly sha256: string
  readonly contentType: string
}

/** answers.json: what an unloaded target says of each photo, in the order of photos.json. */
export interface ExpectedAnswers {
  /** Null: its answers name none. */
  readonly model: References['model']
  readonly answers: readonly (Prediction & { readonly file: string })[]
}

/** Photos that lie in a folder for other load generators. */
export interface PhotoSet {
  readonly photos: readonly (PhotoFacts & { readonly file: string })[]
  readonly model: References['model']
}

const PHOTOS_FILE = 'photos.json'
const ANSWERS_FILE = 'answers.json'
const EXTENSIONS: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
}
/** Hexadecimal digits of the sha256 that a file's name has. */
const DIGITS = 16

/**
 * Writes photos as files, photos.json, and answers.json where they are known.
 *
 * @param folder new or empty
 * @throws UsageError if it has something in it
 * @throws RecorderError if it cannot be made or written
 */
export async function writePhotoSet(
  folder: string,
  photos: readonly Photo[],
  references: References | undefined,
): Promise<void> {
  const files = photos.map(toFile)
  await makeRunFolder(folder, async () => {
    for (const [at, { file }] of files.entries()) {
      await writeFile(join(folder, file), photos[at]?.bytes ?? '')
    }
    await writeFile(join(folder, PHOTOS_FILE), toJson(files))
    if (references === undefined) return
    await writeFile(join(folder, ANSWERS_FILE), toJson(toAnswers(files, references)))
  })
}

function toFile({ sha256, contentType }: Photo, at: number): PhotoFile {
  const extension = EXTENSIONS[contentType] ?? 'bin'
  const number = String(at).padStart(3, '0')
  return { file: `${number}-${sha256.slice(0, DIGITS)}.${extension}`, sha256, contentType }
}

const toAnswers = (
  files: readonly PhotoFile[],
  { model, predictions }: References,
): ExpectedAnswers => ({
  model,
  answers: predictions.map(({ label, probabilities }, at) => ({
    file: files[at]?.file ?? '',
    label,
    probabilities,
  })),
})

/**
 * Reads what `writePhotoSet` wrote with answers.
 *
 * @throws PhotosError if the folder has no photos.json or answers.json, or they do not fit its photos
 */
export async function readPhotoSet(folder: string): Promise<PhotoSet> {
  const files = await readJson<readonly PhotoFile[]>(folder, PHOTOS_FILE)
  const { model, answers } = await readJson<ExpectedAnswers>(folder, ANSWERS_FILE)
  if (!isList(files) || !isList(answers)) {
    throw new PhotosError(`${folder} has no photos or no answers in it: ${HOW}`)
  }
  if (answers.length !== files.length || files.some(({ file }, at) => answers[at]?.file !== file)) {
    throw new PhotosError(`${ANSWERS_FILE} of ${folder} is not of its photos: ${HOW}`)
  }
  const photos = files.map(async ({ file, sha256 }) => {
    const bytes = await read(folder, file)
    if (toSha256(bytes) === sha256) return { file, sha256, bytes: bytes.byteLength }
    throw new PhotosError(`${file} of ${folder} is not the photo of ${PHOTOS_FILE}: ${HOW}`)
  })
  return { photos: await Promise.all(photos), model }
}

const isList = (value: unknown): boolean => Array.isArray(value) && value.length > 0

const toSha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

const HOW = 'make it with npm run photos -- --out DIR --target URL'

async function readJson<T>(folder: string, file: string): Promise<T> {
  const bytes = await read(folder, file)
  try {
    return JSON.parse(bytes.toString()) as T
  } catch (cause) {
    throw new PhotosError(`${file} of ${folder} is no JSON: ${HOW}`, { cause })
  }
}

async function read(folder: string, file: string): Promise<Buffer> {
  try {
    return await readFile(join(folder, file))
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException
    throw new PhotosError(`${folder} has no ${file} that can be read (${code}): ${HOW}`, { cause })
  }
}
