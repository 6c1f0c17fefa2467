import { Readable } from 'node:stream'
import { createInflate } from 'node:zlib'
import { readPngChunks } from '../headers/png'
import type { PhotoHeader } from '../photo-header'

/** Samples a pixel by colour type, PNG third edition table 8; a palette's is its index. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }

/**
 * Tells whether a PNG holds every row that it claims. pngjs 7 does not mind: it takes two numbers of Node's zlib for
 * each other and decodes whatever was in memory for the rows that are missing, other people's photos for example.
 *
 * @throws what zlib says of a stream that is damaged or has no end
 */
export async function hasEveryRow(photo: Uint8Array, header: PhotoHeader): Promise<boolean> {
  const bytes = Buffer.from(photo.buffer, photo.byteOffset, photo.byteLength)
  const [bitDepth = 0, colourType = 0] = bytes.subarray(24, 26)
  const bitsPerRow = header.width * bitDepth * (SAMPLES[colourType] ?? 0)
  // An interlaced one has more, which pngjs checks itself.
  const expected = header.height * (1 + Math.ceil(bitsPerRow / 8))
  let length = 0
  for await (const rows of Readable.from(readData(bytes)).pipe(createInflate())) {
    length += (rows as Buffer).length
    if (length > expected) return true
  }
  return length === expected
}

function* readData(bytes: Buffer): Generator<Buffer> {
  for (const { type, data } of readPngChunks(bytes)) {
    if (type === 'IDAT' && data.length > 0) yield data
  }
}
