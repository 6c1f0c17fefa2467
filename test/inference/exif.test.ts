import assert from 'node:assert/strict'
import { readOrientation } from '../../inference/exif'

type ByteOrder = 'little-endian' | 'big-endian'

interface Entry {
  readonly tag: number
  readonly type: number
  readonly value: number
}

const ORIENTATION = 0x0112
const MAKE = 0x010f
const [ASCII, SHORT, LONG] = [2, 3, 4]
const ORDERS: readonly ByteOrder[] = ['little-endian', 'big-endian']

/** A TIFF block with one directory, `gap` bytes behind its header. */
function toTiff(entries: readonly Entry[], order: ByteOrder = 'little-endian', gap = 0): Buffer {
  const start = 8 + gap
  const bytes = Buffer.alloc(start + 2 + entries.length * 12 + 4)
  const little = order === 'little-endian'
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  bytes.write(little ? 'II' : 'MM', 'latin1')
  view.setUint16(2, 42, little)
  view.setUint32(4, start, little)
  view.setUint16(start, entries.length, little)
  for (const [index, { tag, type, value }] of entries.entries()) {
    const at = start + 2 + index * 12
    view.setUint16(at, tag, little)
    view.setUint16(at + 2, type, little)
    view.setUint32(at + 4, 1, little)
    // A SHORT stands in the first two of the value's four bytes, whichever the byte order.
    if (type === SHORT) view.setUint16(at + 8, value, little)
    else view.setUint32(at + 8, value, little)
  }
  return bytes
}

const orientation = (value: number, type: number = SHORT): Entry => ({
  tag: ORIENTATION,
  type,
  value,
})
const make: Entry = { tag: MAKE, type: ASCII, value: 0 }

describe('readOrientation', () => {
  for (const order of ORDERS) {
    it(`reads 1 to 8 from ${order} EXIF`, () => {
      const values = [1, 2, 3, 4, 5, 6, 7, 8]
      assert.deepEqual(
        values.map((value) => readOrientation(toTiff([orientation(value)], order))),
        values,
      )
    })
  }

  for (const [name, tiff] of [
    ['behind other entries', toTiff([make, make, orientation(6)])],
    ['in a directory far from the header', toTiff([orientation(6)], 'big-endian', 333)],
    ['without the end of the directory', toTiff([orientation(6)]).subarray(0, -4)],
    [
      'in a view into a larger buffer',
      Buffer.concat([Buffer.alloc(5), toTiff([orientation(6)])]).subarray(5),
    ],
  ] as const) {
    it(`finds the orientation ${name}`, () => {
      assert.equal(readOrientation(tiff), 6)
    })
  }

  for (const [name, tiff] of [
    ['nothing', Buffer.alloc(0)],
    ['seven bytes', toTiff([orientation(6)]).subarray(0, 7)],
    ['no TIFF', Buffer.from('This is no TIFF block at all.')],
    ['a TIFF without its 42', withoutMagic()],
    ['no entries', toTiff([])],
    ['no orientation', toTiff([make])],
    ['orientation 0', toTiff([orientation(0)])],
    ['orientation 9', toTiff([orientation(9)])],
    ['an orientation of another type', toTiff([orientation(6, LONG)])],
    ['a directory behind the end', withDirectoryAt(0xffffffff)],
    ['a directory at the very end', withDirectoryAt(26 - 2)],
    ['a directory that begins a byte before the end', withDirectoryAt(26 - 1)],
    ['an entry that is cut off', toTiff([make, orientation(6)]).subarray(0, -5)],
  ] as const) {
    it(`says 1 of ${name}`, () => {
      assert.equal(readOrientation(tiff), 1)
    })
  }
})

function withDirectoryAt(offset: number): Buffer {
  const bytes = toTiff([orientation(6)])
  bytes.writeUInt32LE(offset, 4)
  return bytes
}

function withoutMagic(): Buffer {
  const bytes = toTiff([orientation(6)])
  bytes.writeUInt16LE(43, 2)
  return bytes
}
