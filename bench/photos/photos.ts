import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { readFolder } from './folder'
import { renderPhotos } from './rendered'

/** Encoded bytes and what they are. */
export interface EncodedPhoto {
  readonly bytes: Buffer
  readonly contentType: string
}

/** What is sent. */
export interface Photo extends EncodedPhoto {
  readonly sha256: string
}

export interface Photos {
  readonly photos: readonly Photo[]
  /** In words: where they are from; has no name of a folder or file. */
  readonly source: string
}

/** In pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** Sizes that photos can be made in. */
export const PHOTO_SIZES = {
  '400x300': { width: 400, height: 300 },
  '1600x1200': { width: 1600, height: 1200 },
  /** Of a telephone. */
  '12mp': { width: 4032, height: 3024 },
} as const satisfies Readonly<Record<string, Size>>

export type PhotoSize = keyof typeof PHOTO_SIZES

interface LoadOptions {
  /** Photos of the user's; undefined: rendered ones. */
  readonly folder?: string | undefined
  /** Undefined: those of a folder are sent as they are, rendered ones are 400 x 300. */
  readonly size?: PhotoSize | undefined
  /** Decides what is rendered, and which of many files are taken. */
  readonly seed: number
  /** At most so many; undefined: up to 200 of a folder, or 20, 8 or 4 rendered ones by their size. */
  readonly count?: number | undefined
  readonly cacheFolder?: string
}

const CACHE = join(__dirname, '..', '..', '.cache', 'bench-photos')
const MOST_OF_FOLDER = 200
/** What takes about 4 s and 12 MB at most. */
const RENDERED = { '400x300': 20, '1600x1200': 8, '12mp': 4 }
/** However many are asked for. */
const MOST_RENDERED = { '400x300': 200, '1600x1200': 40, '12mp': 4 }

/**
 * The photos of a run; equal options give equal bytes as long as sharp stays the same.
 *
 * @throws PhotosError if there is no such folder, or no photo or a damaged one in it
 */
export async function loadPhotos(options: LoadOptions): Promise<Photos> {
  const { photos, source } =
    options.folder === undefined
      ? await loadRendered(options)
      : await loadFolder(options, options.folder)
  return { photos: photos.map(withSha256), source }
}

interface Loaded {
  readonly photos: readonly EncodedPhoto[]
  readonly source: string
}

async function loadRendered({
  size = '400x300',
  seed,
  count = RENDERED[size],
  cacheFolder = CACHE,
}: LoadOptions): Promise<Loaded> {
  const limited = Math.min(count, MOST_RENDERED[size])
  const jpegs = await renderPhotos({ ...PHOTO_SIZES[size], seed, count: limited, cacheFolder })
  return {
    photos: jpegs.map((bytes) => ({ bytes, contentType: 'image/jpeg' })),
    source: `rendered (synthetic) with seed ${seed}, ${toWords(PHOTO_SIZES[size])}`,
  }
}

async function loadFolder(
  { size, seed, count = MOST_OF_FOLDER }: LoadOptions,
  folder: string,
): Promise<Loaded> {
  const { photos, isChoice } = await readFolder({
    folder,
    seed,
    most: Math.min(count, MOST_OF_FOLDER),
    size: size === undefined ? undefined : PHOTO_SIZES[size],
  })
  const which = isChoice ? `chosen with seed ${seed} from a folder` : 'all of a folder'
  const made = size === undefined ? 'sent as they are' : `cut to ${toWords(PHOTO_SIZES[size])}`
  return { photos, source: `${which}, ${made}` }
}

const toWords = ({ width, height }: Size): string => `${width} x ${height}, JPEG of quality 85`

function withSha256(photo: EncodedPhoto): Photo {
  return { ...photo, sha256: createHash('sha256').update(photo.bytes).digest('hex') }
}
