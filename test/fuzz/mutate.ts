import { crc32 } from 'node:zlib'
import fc from 'fast-check'

/** One change to a photo's bytes. Positions are taken modulo the length. */
type Mutation =
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'write'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'delete'; readonly at: number; readonly length: number }
  | {
      readonly kind: 'repeat'
      readonly at: number
      readonly length: number
      readonly times: number
    }
  | { readonly kind: 'splice'; readonly at: number; readonly photo: number; readonly from: number }
  | { readonly kind: 'cut'; readonly at: number }

/** What leads decoders astray more than others: the ends of ranges, and JPEG's markers. */
const TELLING_BYTES = [0, 1, 0x7f, 0x80, 0xff, 0xc0, 0xc2, 0xc4, 0xd8, 0xd9, 0xda, 0xdb, 0xe1]
const RIFF = Buffer.from('RIFF', 'latin1')
const PNG_SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')

/** Bytes behind which a decoder is sure of the format. */
const MAGIC = [
  Buffer.alloc(0),
  Buffer.from([0xff, 0xd8, 0xff]),
  // A frame of 48 x 36 in three components, and the beginning of a scan.
  Buffer.from('ffd8ffc0001108002400300301220002110103110100ffda', 'hex'),
  PNG_SIGNATURE,
  Buffer.concat([PNG_SIGNATURE, Buffer.from('0000000d49484452000000300000002408020000', 'hex')]),
  Buffer.from('RIFF\xff\xff\0\0WEBP', 'latin1'),
  Buffer.from('RIFF\xff\xff\0\0WEBPVP8 \xff\x0f\0\0\x30\x01\0\x9d\x01\x2a\x30\0\x24\0', 'latin1'),
  Buffer.from('RIFF\xff\xff\0\0WEBPVP8L\xff\x0f\0\0\x2f\x2f\xc0\x08\0', 'latin1'),
  Buffer.from('RIFF\xff\xff\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0\x2f\0\0\x23\0\0', 'latin1'),
]

/** Noise, with a right magic number in front or without. */
function noise(): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(fc.constantFrom(...MAGIC), fc.uint8Array({ maxLength: 3000 }), fc.boolean())
    .map(([magic, bytes, ended]) => {
      const end = ended ? endOf(magic) : Buffer.alloc(0)
      return Buffer.concat([magic, bytes, end])
    })
}

/** What makes a file complete, so that it reaches a decoder. */
function endOf(magic: Buffer): Buffer {
  if (magic[0] === 0xff) return Buffer.from([0xff, 0xd9])
  return magic[0] === 0x89 ? toChunk('IEND', Buffer.alloc(0)) : Buffer.alloc(0x10000)
}

/** Photos, changed at up to four places. */
export function mutated(photos: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const changes = fc.array(mutation(photos.length), { minLength: 1, maxLength: 4 })
  const changed = fc
    .tuple(fc.nat(photos.length - 1), changes, fc.boolean())
    .map(([photo, mutations, repaired]) => {
      const bytes = mutations.reduce((sum, next) => apply(sum, next, photos), photos[photo]!)
      return repaired ? repair(bytes) : bytes
    })
  return fc.oneof({ weight: 1, arbitrary: noise() }, { weight: 7, arbitrary: changed })
}

function mutation(photos: number): fc.Arbitrary<Mutation> {
  // Headers lie in front, but most that a change there does is seen before decoding.
  const at = fc.oneof(fc.nat(100), fc.nat(1000), fc.nat(100_000), fc.nat(100_000))
  const length = fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 2000 }))
  const byte = fc.oneof(fc.constantFrom(...TELLING_BYTES), fc.nat(255))
  // Two or four make a length.
  const bytes = fc.array(byte, { minLength: 1, maxLength: 4 }).map((some) => Uint8Array.from(some))
  return fc.oneof(
    fc.record({ kind: fc.constant('flip' as const), at, bit: fc.nat(7) }),
    fc.record({ kind: fc.constant('write' as const), at, bytes }),
    fc.record({ kind: fc.constant('delete' as const), at, length }),
    fc.record({ kind: fc.constant('repeat' as const), at, length, times: fc.nat(20) }),
    fc.record({ kind: fc.constant('splice' as const), at, photo: fc.nat(photos - 1), from: at }),
    fc.record({ kind: fc.constant('cut' as const), at }),
  )
}

function apply(bytes: Uint8Array, change: Mutation, photos: readonly Uint8Array[]): Uint8Array {
  const at = bytes.length === 0 ? 0 : change.at % bytes.length
  const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)]
  switch (change.kind) {
    case 'flip': {
      const flipped = Buffer.from(bytes)
      flipped[at] = (flipped[at] ?? 0) ^ (1 << change.bit)
      return flipped
    }
    case 'write':
      return Buffer.concat([head, change.bytes, tail.subarray(change.bytes.length)])
    case 'delete':
      return Buffer.concat([head, tail.subarray(change.length)])
    case 'repeat':
      return Buffer.concat([
        head,
        ...Array<Uint8Array>(change.times).fill(tail.subarray(0, change.length)),
        tail,
      ])
    case 'splice': {
      const other = photos[change.photo]!
      return Buffer.concat([head, other.subarray(change.from % other.length)])
    }
    case 'cut':
      return head
  }
}

/** Gives a PNG right checksums, a WebP its size, and each its end, so that the changes reach a decoder's depths. */
function repair(bytes: Uint8Array): Uint8Array {
  if (bytes[0] === 0xff) return Buffer.concat([bytes, Buffer.from([0xff, 0xd9])])
  if (bytes[0] === RIFF[0]) return withRiffSize(bytes)
  const png = Buffer.from(bytes)
  if (!png.subarray(0, 8).equals(PNG_SIGNATURE)) return bytes
  const chunks: Buffer[] = []
  for (let at = 8; at + 12 <= png.length;) {
    const length = png.readUInt32BE(at)
    if (at + 12 + length > png.length) break
    const type = png.toString('latin1', at + 4, at + 8)
    chunks.push(toChunk(type, png.subarray(at + 8, at + 8 + length)))
    at += 12 + length
  }
  return Buffer.concat([PNG_SIGNATURE, ...chunks, toChunk('IEND', Buffer.alloc(0))])
}

function withRiffSize(bytes: Uint8Array): Uint8Array {
  const webp = Buffer.from(bytes)
  if (webp.length >= 8) webp.writeUInt32LE(webp.length - 8, 4)
  return webp
}

function toChunk(type: string, data: Uint8Array): Buffer {
  const chunk = Buffer.alloc(12 + data.length)
  chunk.writeUInt32BE(data.length, 0)
  chunk.write(type, 4, 'latin1')
  chunk.set(data, 8)
  chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4)
  return chunk
}
