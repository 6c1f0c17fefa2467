import { PhotoError } from '../errors'
import { readOrientation } from '../exif'
import type { PhotoHeader } from '../photo-header'

const START_OF_SCAN = 0xda
const END_OF_IMAGE = 0xd9
const APP1 = 0xe1
const EXIF = Buffer.from('Exif\0\0', 'latin1')
const FILL = 0xff
const END = Buffer.from([0xff, END_OF_IMAGE])

/** Start-of-frame markers, ITU T.81 table B.1: C0..CF without DHT (C4), JPG (C8) and DAC (CC). */
const isStartOfFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

/** Markers that stand alone, without a length: TEM, RST0..RST7, SOI. */
const standsAlone = (marker: number): boolean =>
  marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)

/**
 * Header of a JPEG (ITU T.81 annex B), or undefined if it is none.
 *
 * @throws PhotoError CORRUPT_PHOTO if it has no frame before its first scan
 */
export function readJpegHeader(photo: Uint8Array): PhotoHeader | undefined {
  if (photo[0] !== 0xff || photo[1] !== 0xd8 || photo[2] !== 0xff) return undefined
  const bytes = Buffer.from(photo.buffer, photo.byteOffset, photo.byteLength)
  let exif: Uint8Array | undefined
  let frame: Frame | undefined
  let scan: number | undefined
  for (const { marker, data, offset } of segments(bytes)) {
    // Of several EXIF segments the first counts, as it does for libvips and jimp.
    if (marker === APP1 && data.subarray(0, 6).equals(EXIF)) exif ??= data.subarray(6)
    if (isStartOfFrame(marker)) frame = readFrame(data)
    if (marker === START_OF_SCAN) scan = offset
  }
  if (frame === undefined)
    throw new PhotoError('CORRUPT_PHOTO', 'the jpeg photo has no frame header')
  // A thumbnail's end lies before the first scan; a phone may add data after the photo's own end.
  const complete = scan !== undefined && bytes.lastIndexOf(END) > scan
  return { format: 'jpeg', ...frame, orientation: readOrientation(exif), animated: false, complete }
}

/** The segments up to the first scan, which is the last one given. */
function* segments(bytes: Buffer): Generator<{ marker: number; data: Buffer; offset: number }> {
  let offset = 2
  while (offset + 4 <= bytes.length && bytes[offset] === 0xff) {
    const marker = bytes[offset + 1] ?? 0
    if (marker === END_OF_IMAGE) return
    if (marker === FILL || standsAlone(marker)) {
      offset += marker === FILL ? 1 : 2
      continue
    }
    const length = bytes.readUInt16BE(offset + 2)
    yield { marker, data: bytes.subarray(offset + 4, offset + 2 + length), offset }
    if (marker === START_OF_SCAN) return
    offset += 2 + length
  }
}

interface Frame {
  readonly width: number
  readonly height: number
  readonly channels: number
}

function readFrame(segment: Buffer): Frame | undefined {
  if (segment.length < 6) return undefined
  return {
    height: segment.readUInt16BE(1),
    width: segment.readUInt16BE(3),
    channels: segment[5] ?? 0,
  }
}
