import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { DatasetError } from './dataset-error'

/** A plain file in a tar. */
export interface TarMember {
  /** Path in the tar, without a leading `./`. */
  readonly name: string
  readonly bytes: number
  /** Time of its last change, in ms. */
  readonly changedAt: number
  /** Where its bytes begin in the unpacked tar. */
  readonly offset: number
  /** Its bytes; to be asked for before the next member is. */
  readonly load: () => Promise<Uint8Array>
}

const READ_BYTES = 1 << 20

/** Of the header that is before each member's bytes (POSIX pax and ustar). */
const HEADER_BYTES = 512

/**
 * Reads a tar from its first member to its last, unpacking it where it is gzipped.
 *
 * @throws DatasetError if it is no tar, or damaged; the signal's reason
 */
export async function* readMembers(path: string, signal?: AbortSignal): AsyncGenerator<TarMember> {
  // Loaded by those who name a tar only.
  const { extract } = await import('tar-stream')
  const tar = extract()
  const unpack = (await isGzip(path)) ? [createGunzip()] : []
  const file = createReadStream(path, { highWaterMark: READ_BYTES })
  // Its failure is the iteration's as well; it also fails, harmlessly, where the caller stops early.
  const flow = pipeline([file, ...unpack, tar]).catch(() => undefined)
  try {
    for await (const entry of tar) {
      const { name, size, mtime, type } = entry.header
      if (type === 'file' || type === 'contiguous-file') {
        signal?.throwIfAborted()
        const offset = entry.offset + HEADER_BYTES
        const member = { bytes: size, changedAt: mtime.getTime(), offset }
        yield { name: name.replace(/^(\.\/)+/, ''), ...member, load: () => collect(entry, path) }
      }
      entry.resume()
    }
  } catch (cause) {
    signal?.throwIfAborted()
    throw toDatasetError(path, cause)
  } finally {
    tar.destroy()
    await flow
  }
}

async function collect(chunks: AsyncIterable<unknown>, path: string): Promise<Uint8Array> {
  const all: Buffer[] = []
  try {
    for await (const chunk of chunks) all.push(chunk as Buffer)
  } catch (cause) {
    throw toDatasetError(path, cause)
  }
  return Buffer.concat(all)
}

function toDatasetError(path: string, cause: unknown): DatasetError {
  const { message } = cause as Error
  const advice = 'is it whole, and a tar, plain or gzipped?'
  return new DatasetError(`${path} cannot be read as a tar (${message}); ${advice}`, { cause })
}

/** By its first two bytes (RFC 1952), as names lie. */
export async function isGzip(path: string): Promise<boolean> {
  const file = await open(path).catch((cause: unknown) => {
    throw new DatasetError(`${path} cannot be read`, { cause })
  })
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(2), 0, 2, 0)
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b
  } finally {
    await file.close()
  }
}
