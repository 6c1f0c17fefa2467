import { parseArgs } from 'node:util'
import { toWhole } from '../to-whole'
import { UsageError } from '../usage-error'
import { PHOTO_SIZES } from './photos'
import type { PhotoSize } from './photos'

/** What `npm run photos` is asked for. */
export interface PhotosOptions {
  readonly out: string
  readonly folder: string | undefined
  readonly size: PhotoSize | undefined
  readonly seed: number
  readonly count: number | undefined
  /** Whose answers are written, too. */
  readonly target: string | undefined
}

export const USAGE = `Writes the photos that npm run compare sends with the same options, for other load generators.

  npm run photos -- --out DIR [options]

  --out DIR            new or empty; gets the photos and photos.json: file, sha256 and content type of each
  --target URL         asks POST URL/classify once for each photo, without load, and writes answers.json:
                       what Locust's and k6's users (bench/locust, bench/k6) check answers against
  --photos DIR         photos (JPEG, PNG, WebP); without it photo-like pictures are drawn
  --size SIZE          400x300, 1600x1200 or 12mp: brings every photo to that size (drawn ones: 400x300)
  --seed N             decides what is drawn or chosen, 0 to 4294967295 (1)
  --count N            at most so many, 1 to 200 (as many as npm run compare sends)
  --help               print this

Exit status: 0 written, 64 wrong arguments, 65 unusable photos, 69 the target does not answer with
predictions, 73 DIR cannot be made or written, 1 a bug.
`

const string = { type: 'string' } as const
const OPTIONS = {
  out: string,
  photos: string,
  size: string,
  seed: string,
  count: string,
  target: string,
  help: { type: 'boolean' },
} as const

/**
 * Reads the command line of `npm run photos`.
 *
 * @param args without node and script
 * @returns 'help' where that was asked for
 * @throws UsageError naming the option and what it accepts
 */
export function readPhotosOptions(args: readonly string[]): PhotosOptions | 'help' {
  const values = parse(args)
  if (values.help === true) return 'help'
  const { out = '', photos, seed = '1', count } = values
  if (out === '') throw new UsageError('--out is needed: the folder that gets the photos')
  if (photos === '') throw new UsageError('--photos accepts a folder, not ""')
  return {
    out,
    folder: photos,
    size: toSize(values.size),
    seed: toWhole('seed', seed, [0, 2 ** 32 - 1]),
    count: count === undefined ? undefined : toWhole('count', count, [1, 200]),
    target: toTarget(values.target),
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause })
  }
}

function toSize(text: string | undefined): PhotoSize | undefined {
  if (text === undefined) return undefined
  const sizes = Object.keys(PHOTO_SIZES) as PhotoSize[]
  const size = sizes.find((name) => name === text)
  if (size !== undefined) return size
  throw new UsageError(`--size accepts ${sizes.join(', ')}, not "${text}"`)
}

function toTarget(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const { protocol = '', username = '' } = URL.canParse(text) ? new URL(text) : {}
  if (['http:', 'https:'].includes(protocol) && username === '') return text
  throw new UsageError(`--target accepts a URL such as http://127.0.0.1:8080, not "${text}"`)
}
