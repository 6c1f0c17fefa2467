/** Something cannot be kept in the cache; the message says what and where it was to go, and what to do. */
export class CacheError extends Error {
  override readonly name = 'CacheError'
}

/** What a file of the cache is for. */
export interface CacheUse {
  /** Such as `decoded photos`. */
  readonly what: string
  /** What to do where there is no room, behind a comma, besides making some. */
  readonly otherwise: string
}

const FULL = ['ENOSPC', 'EDQUOT']

/** Errors of a disk that will not have it, and what to do. */
const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; make room',
  EDQUOT: 'your share of the disk is used up; make room',
  EROFS: 'the disk is read-only; start where you may write',
  EACCES: 'you may not write there; start where you may',
  // What making folders below a read-only one ends with.
  ENOENT: 'it cannot be made; start where you may write',
  ENOTDIR: 'a file is in the way; remove it',
  EEXIST: 'a file is in the way; remove it',
  EISDIR: 'a folder is in the way; remove it',
}

/** @returns a CacheError for what the disk has against it; anything else as it is */
export function toCacheError(error: unknown, folder: string, { what, otherwise }: CacheUse) {
  const { code = '' } = error as NodeJS.ErrnoException
  const advice = ADVICE[code]
  if (advice === undefined) return error
  const more = FULL.includes(code) ? `, ${otherwise}` : ''
  return new CacheError(`${what} cannot be kept in ${folder}: ${advice}${more}`, { cause: error })
}
