const ORIENTATION_TAG = 0x0112
const SHORT = 3

/**
 * Orientation 1..8 from a TIFF block, as EXIF 2.32 section 4.6.4 defines it; 1 where there is none or it makes no sense.
 *
 * @param tiff the bytes after `Exif\0\0`
 */
export function readOrientation(tiff: Uint8Array): number {
  if (tiff.byteLength < 8) return 1
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength)
  const order = view.getUint16(0)
  if (order !== 0x4949 && order !== 0x4d4d) return 1
  const littleEndian = order === 0x4949
  const directory = view.getUint32(4, littleEndian)
  if (directory + 2 > tiff.byteLength) return 1
  const entries = view.getUint16(directory, littleEndian)
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + i * 12
    if (entry + 12 > tiff.byteLength) return 1
    if (view.getUint16(entry, littleEndian) !== ORIENTATION_TAG) continue
    if (view.getUint16(entry + 2, littleEndian) !== SHORT) return 1
    const orientation = view.getUint16(entry + 8, littleEndian)
    return orientation >= 1 && orientation <= 8 ? orientation : 1
  }
  return 1
}
