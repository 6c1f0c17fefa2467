import { decode } from '../../inference/index'
import { forEachAtOnce } from './at-once'
import { DatasetError } from './dataset-error'
import { PATIENT_LIMITS } from './patient-limits'
import type { FileFacts, StoredPhoto } from './photo-source'
import type { Reading } from './reading'

/** sharp decodes in libuv's four threads; a few more keep them busy while files are read. */
const AT_ONCE = 8

export interface DecodedPhoto {
  /** Among the files asked for. */
  readonly place: number
  readonly photo: Uint8Array
  /** [height * width * 3], 0..255. */
  readonly rgb: Uint8Array
}

interface DecodeEachOptions extends Reading {
  readonly width: number
  readonly height: number
  /** Of each file. */
  readonly facts: readonly (FileFacts | undefined)[]
}

/**
 * Decodes photos with serving's own `decode`, so that training and serving see the same pixels, in the
 * order they come.
 *
 * @returns why a photo could not be had, by its place
 */
export async function decodeEach(
  files: readonly string[],
  options: DecodeEachOptions,
  use: (photo: DecodedPhoto) => Promise<void> | void,
): Promise<ReadonlyMap<number, string>> {
  const { source, signal, facts } = options
  signal?.throwIfAborted()
  const failures = new Map<number, string>()
  const wanted: number[] = []
  for (const place of files.keys()) {
    const reason = judge(facts[place])
    if (reason === undefined) wanted.push(place)
    else failures.set(place, reason)
  }
  const advance = createAdvance(options, wanted.length)
  const pending = new Set(wanted)
  const decodeOne = async (stored: StoredPhoto): Promise<void> => {
    signal?.throwIfAborted()
    const place = wanted[stored.place] ?? -1
    const outcome = await read(stored, options)
    if ('reason' in outcome) failures.set(place, outcome.reason)
    else await use({ place, ...outcome })
    pending.delete(place)
    advance()
  }
  await forEachAtOnce(source.read(wanted.map((place) => files[place] ?? '')), AT_ONCE, decodeOne)
  signal?.throwIfAborted()
  for (const place of pending) failures.set(place, 'missing file')
  return failures
}

/** What is wrong with a photo before it is read. */
function judge(facts: FileFacts | undefined): string | undefined {
  if (facts === undefined) return 'missing file'
  return facts.bytes > PATIENT_LIMITS.maxBytes ? 'damaged photo (PHOTO_TOO_LARGE)' : undefined
}

async function read(
  { load }: StoredPhoto,
  { decoder, width, height }: DecodeEachOptions,
): Promise<Pick<DecodedPhoto, 'photo' | 'rgb'> | { readonly reason: string }> {
  let photo: Uint8Array
  try {
    photo = await load()
  } catch (error) {
    return { reason: toReadReason(error) }
  }
  try {
    return { photo, rgb: await decode(photo, { decoder, width, height, limits: PATIENT_LIMITS }) }
  } catch (error) {
    return { reason: toDecodeReason(error) }
  }
}

function toReadReason(error: unknown): string {
  if (error instanceof DatasetError || !(error instanceof Error && 'code' in error)) throw error
  return error.code === 'ENOENT' ? 'missing file' : `unreadable file (${String(error.code)})`
}

/** Anything without a code is no fault of the photo. */
function toDecodeReason(error: unknown): string {
  if (!(error instanceof Error && 'code' in error)) throw error
  return `damaged photo (${String(error.code)})`
}

function createAdvance({ task, onProgress }: Reading, total: number): () => void {
  const startedAt = performance.now()
  let done = 0
  return () => {
    done += 1
    const timeLeft = ((performance.now() - startedAt) / done) * (total - done)
    onProgress?.({ task, done, total, timeLeft })
  }
}
