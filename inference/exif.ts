const ORIENTATION_TAG = 0x0112
const SHORT = 3
const NOTHING = new Uint8Array(0)
/** `II` or `MM`, and 42 in that order of bytes. */
const LITTLE_ENDIAN = 0x49492a00
const BIG_ENDIAN = 0x4d4d002a

/**
 * Orientation 1..8 from a TIFF block, as EXIF 2.32 section 4.6.4 defines it; 1 where there is none or it makes no sense.
 *
 * @param tiff the bytes after `Exif\0\0`
 */
export function readOrientation(tiff: Uint8Array = NOTHING): number {
  if (tiff.byteLength < 8) return 1
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength)
  const magic = view.getUint32(0)
  if (magic !== LITTLE_ENDIAN && magic !== BIG_ENDIAN) return 1
  const littleEndian = magic === LITTLE_ENDIAN
  const directory = view.getUint32(4, littleEndian)
  if (directory + 2 > tiff.byteLength) return 1
  const end = directory + 2 + view.getUint16(directory, littleEndian) * 12
  for (let entry = directory + 2; entry < end && entry + 12 <= tiff.byteLength; entry += 12) {
    if (view.getUint16(entry, littleEndian) !== ORIENTATION_TAG) continue
    const type = view.getUint16(entry + 2, littleEndian)
    const orientation = view.getUint16(entry + 8, littleEndian)
    return type === SHORT && orientation >= 1 && orientation <= 8 ? orientation : 1
  }
  return 1
}
