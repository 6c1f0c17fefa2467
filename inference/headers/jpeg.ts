import { PhotoError } from '../errors'
import { readOrientation } from '../exif'
import type { PhotoHeader } from '../photo-header'

const START_OF_SCAN = 0xda
const END_OF_IMAGE = 0xd9
const APP1 = 0xe1
const EXIF = Buffer.from('Exif\0\0', 'latin1')
const FILL = 0xff
const NOTHING = Buffer.alloc(0)

/** Start-of-frame markers, ITU T.81 table B.1: C0..CF without DHT (C4), JPG (C8) and DAC (CC). */
const isStartOfFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

/** Markers that stand alone, without a length: TEM, RST0..RST7, SOI. */
const standsAlone = (marker: number): boolean =>
  marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)

/** Markers that may follow a scan: frames, tables, scans, the end, DNL, APPn, COM; any other is damaged scan data. */
const followsScan = (marker: number): boolean =>
  (marker >= 0xc0 && marker <= 0xcf) || (marker >= 0xd9 && marker <= 0xef) || marker === 0xfe

/**
 * Header of a JPEG (ITU T.81 annex B), or undefined if it is none.
 *
 * @throws PhotoError CORRUPT_PHOTO if it has no frame or more than one, of which decoders take one or the other
 */
export function readJpegHeader(photo: Uint8Array): PhotoHeader | undefined {
  if (photo[0] !== 0xff || photo[1] !== 0xd8 || photo[2] !== 0xff) return undefined
  const bytes = Buffer.from(photo.buffer, photo.byteOffset, photo.byteLength)
  let exif: Uint8Array | undefined
  const frames: Buffer[] = []
  let hasScan = false
  let hasEnd = false
  for (const { marker, data } of segments(bytes)) {
    // Of several EXIF segments the first counts, as it does for libvips and jimp.
    if (marker === APP1 && data.subarray(0, 6).equals(EXIF)) exif ??= data.subarray(6)
    if (isStartOfFrame(marker)) frames.push(data)
    hasScan ||= marker === START_OF_SCAN
    hasEnd = marker === END_OF_IMAGE
  }
  const frame = readOnlyFrame(frames)
  const complete = hasScan && hasEnd
  return { format: 'jpeg', ...frame, orientation: readOrientation(exif), animated: false, complete }
}

/** The segments up to the end of the image, after which a phone may have added data; scan data is left out. */
function* segments(bytes: Buffer): Generator<{ marker: number; data: Buffer }> {
  let offset = 2
  while (offset + 2 <= bytes.length && bytes[offset] === 0xff) {
    const marker = bytes[offset + 1] ?? 0
    if (marker === END_OF_IMAGE) {
      yield { marker, data: NOTHING }
      return
    }
    if (marker === FILL || standsAlone(marker)) {
      offset += marker === FILL ? 1 : 2
      continue
    }
    if (offset + 4 > bytes.length) return
    const end = offset + 2 + bytes.readUInt16BE(offset + 2)
    yield { marker, data: bytes.subarray(offset + 4, end) }
    offset = marker === START_OF_SCAN ? findMarker(bytes, end) : end
  }
}

/** Where the scan data from `offset` on ends. */
function findMarker(bytes: Buffer, offset: number): number {
  let at = bytes.indexOf(0xff, offset)
  while (at !== -1 && !followsScan(bytes[at + 1] ?? 0)) at = bytes.indexOf(0xff, at + 1)
  return at === -1 ? bytes.length : at
}

interface Frame {
  readonly width: number
  readonly height: number
  readonly channels: number
}

function readOnlyFrame([segment, ...others]: readonly Buffer[]): Frame {
  if (others.length > 0) {
    throw new PhotoError('CORRUPT_PHOTO', 'the jpeg photo has more than one frame')
  }
  if (segment === undefined || segment.length < 6) {
    throw new PhotoError('CORRUPT_PHOTO', 'the jpeg photo has no frame header')
  }
  return {
    height: segment.readUInt16BE(1),
    width: segment.readUInt16BE(3),
    channels: segment[5] ?? 0,
  }
}
