import assert from 'node:assert/strict'
import sharp from 'sharp'
import { DEFAULT_LIMITS, PhotoError, type PhotoLimits } from '../../inference'
import { readHeader, type PhotoHeader } from '../../inference/photo-header'
import { badPhotos } from '../fixtures/bad-photos'
import { goodPhotos, type FixturePhoto } from '../fixtures/good-photos'
import { END_OF_IMAGE, findJpegMarker, START_OF_IMAGE } from '../fixtures/jpeg-file'
import { createPngHeader, readPngChunks, toPngBytes } from '../fixtures/png-file'
import { createWebpCanvas, toWebpBytes, toWebpChunkBytes, webpBody } from '../fixtures/webp-file'

/** Channels as stored, where they are not the format's usual ones. */
const CHANNELS: Readonly<Record<string, number>> = {
  'gray.jpg': 1,
  'cmyk.jpg': 4,
  'ycck.jpg': 4,
  'gray.png': 1,
  'bilevel.png': 1,
  'gray-alpha.png': 2,
  'alpha.png': 4,
}

const FORMATS = {
  'image/jpeg': { format: 'jpeg', channels: 3 },
  'image/png': { format: 'png', channels: 3 },
  'image/webp': { format: 'webp', channels: 4 },
} as const

const read = (photo: Uint8Array, limits: Partial<PhotoLimits> = {}): PhotoHeader =>
  readHeader(photo, { ...DEFAULT_LIMITS, ...limits })

describe('readHeader', () => {
  let photos: ReadonlyMap<string, FixturePhoto>
  before(async () => {
    photos = new Map((await goodPhotos()).map((photo) => [photo.name, photo]))
  })
  const bytesOf = (name: string): Uint8Array =>
    photos.get(name)?.bytes ?? assert.fail(`there is no ${name}`)

  it('reads the header of every good photo', () => {
    for (const { name, bytes, contentType, width, height } of photos.values()) {
      const { format, channels } = FORMATS[contentType as keyof typeof FORMATS]
      const orientation = Number(/^orientation-(\d)/.exec(name)?.[1] ?? 1)
      const [storedWidth, storedHeight] = orientation >= 5 ? [height, width] : [width, height]
      assert.deepEqual(
        read(bytes),
        {
          format,
          width: storedWidth,
          height: storedHeight,
          orientation,
          channels: CHANNELS[name] ?? channels,
          animated: false,
          complete: true,
        },
        name,
      )
    }
  })

  it('reads a photo out of a larger buffer', () => {
    for (const { name, bytes } of photos.values()) {
      const larger = Buffer.concat([Buffer.alloc(3, 0xff), bytes])
      assert.deepEqual(read(larger.subarray(3)), read(bytes), name)
    }
  })

  it('refuses before decoding all that a header shows to be bad', async () => {
    // What is wrong with the others is in their pixels.
    const inPixels = /^(short|noisy|without)-data|^noise-loss/
    const photos = (await badPhotos()).filter(({ name }) => !inPixels.test(name))
    for (const { name, bytes, code } of photos) {
      assert.throws(() => read(bytes), { name: 'PhotoError', code }, name)
    }
  })

  it('tells in words for the sender what is wrong', () => {
    for (const [bytes, message] of [
      [new Uint8Array(0), /has no bytes/],
      [Buffer.from('words'), /is not a JPEG, PNG or WebP/],
      [bytesOf('rgb.png').subarray(0, 5000), /png photo ends too early/],
      [toPng(100_000, 2), /^the photo is 100000 x 2 pixels, at most 150000 pixels are accepted$/],
      [toPng(0, 2), /png photo says it is 0 x 2 pixels/],
    ] as const) {
      assert.throws(() => read(bytes, { maxPixels: 150_000 }), { message })
    }
  })

  it('takes exactly the bytes of the limit, and not one more', () => {
    const photo = bytesOf('small-1.jpg')
    assert.equal(read(photo, { maxBytes: photo.length }).format, 'jpeg')
    assert.throws(() => read(photo, { maxBytes: photo.length - 1 }), {
      code: 'PHOTO_TOO_LARGE',
      message: new RegExp(`more than the ${String(photo.length - 1)} bytes`),
    })
  })

  it('takes exactly the pixels of the limit, and not one more', () => {
    for (const name of ['small-1.jpg', 'rgb.png', 'lossy.webp', 'lossless.webp', 'alpha.webp']) {
      assert.equal(read(bytesOf(name), { maxPixels: 120_000 }).width, 400, name)
      const refused = { code: 'PHOTO_TOO_MANY_PIXELS' }
      assert.throws(() => read(bytesOf(name), { maxPixels: 119_999 }), refused, name)
    }
  })

  it('accepts 12 MP by default and refuses 50 MP', () => {
    assert.equal(read(bytesOf('large.jpg')).width, 4032)
    assert.throws(() => read(toPng(10_000, 5_000)), { code: 'PHOTO_TOO_MANY_PIXELS' })
  })

  describe('of a JPEG', () => {
    it('passes over fill bytes and markers without a length', () => {
      const sound = bytesOf('small-1.jpg')
      const filled = [START_OF_IMAGE, Uint8Array.of(0xff, 0xff, 0xff, 0x01), sound.subarray(2)]
      assert.deepEqual(read(Buffer.concat(filled)), read(sound))
    })

    it("is not misled by a thumbnail's size or end", () => {
      const { width, height } = read(bytesOf('thumbnail.jpg'))
      assert.deepEqual({ width, height }, { width: 400, height: 300 })
      const photo = bytesOf('thumbnail.jpg').subarray(0, -2)
      assert.ok(Buffer.from(photo).includes(Buffer.from(END_OF_IMAGE)), 'the thumbnail has an end')
      assert.throws(() => read(photo), { code: 'CORRUPT_PHOTO', message: /too early/ })
    })

    it('reads the orientation of EXIF, not of other APP1 segments around it', () => {
      const xmp = Buffer.from('\xff\xe1\0\x23http://ns.adobe.com/xap/1.0/\0<x/>', 'latin1')
      const [exif, others] = cutExif(bytesOf('orientation-6.jpg'))
      const photo = Buffer.concat([START_OF_IMAGE, xmp, exif, xmp, others])
      assert.equal(read(photo).orientation, 6)
    })

    it('goes by the first of several EXIF segments, as libvips does', async () => {
      const [turned] = cutExif(bytesOf('orientation-6.jpg'))
      const [upright, others] = cutExif(bytesOf('orientation-1.jpg'))
      for (const [exifs, orientation] of [
        [[turned, upright], 6],
        [[upright, turned], 1],
      ] as const) {
        const photo = Buffer.concat([START_OF_IMAGE, ...exifs, others])
        assert.equal((await sharp(photo).metadata()).orientation, orientation)
        assert.equal(read(photo).orientation, orientation)
      }
    })

    it('is not complete before its first scan, whatever follows', () => {
      const sound = bytesOf('small-1.jpg')
      const scan = findJpegMarker(sound, (marker) => marker === 0xda)
      const cut = Buffer.concat([sound.subarray(0, scan), END_OF_IMAGE, sound.subarray(scan)])
      assert.throws(() => read(cut), { code: 'CORRUPT_PHOTO' })
    })

    it('says corrupt to a second frame, before or after the scan, which some decoders would go by', () => {
      const sound = bytesOf('small-1.jpg')
      const frame = Buffer.from([
        0xff, 0xc0, 0, 17, 8, 27, 88, 27, 88, 3, 1, 17, 0, 2, 17, 0, 3, 17, 0,
      ])
      const scan = findJpegMarker(sound, (marker) => marker === 0xda)
      for (const at of [scan, sound.length - 2]) {
        const photo = Buffer.concat([sound.subarray(0, at), frame, sound.subarray(at)])
        assert.throws(() => read(photo), { code: 'CORRUPT_PHOTO', message: /more than one frame/ })
      }
    })

    it('says corrupt where the frame header is cut short', () => {
      const cut = Buffer.concat([START_OF_IMAGE, Buffer.from([0xff, 0xc0, 0, 7, 8, 0, 9, 0, 9])])
      assert.throws(() => read(cut), { code: 'CORRUPT_PHOTO', message: /no frame header/ })
    })
  })

  describe('of a PNG', () => {
    it('reads the orientation of the first eXIf chunk', async () => {
      const { png, tiff } = await pngWithOrientation(8)
      assert.equal(read(png).orientation, 8)
      const [header, ...others] = readPngChunks(png)
      const first = { type: 'eXIf', data: tiff }
      const second = { type: 'eXIf', data: (await pngWithOrientation(1)).tiff }
      assert.equal(read(toPngBytes([header!, first, second, ...others])).orientation, 8)
      assert.equal(read(toPngBytes([header!, second, first, ...others])).orientation, 1)
    })

    it('must begin with its header', () => {
      const [header, ...others] = readPngChunks(bytesOf('pixel.png'))
      const swapped = toPngBytes([{ type: 'tEXt', data: new Uint8Array(13) }, header!, ...others])
      assert.throws(() => read(swapped), {
        code: 'CORRUPT_PHOTO',
        message: /begin with its header/,
      })
    })

    it('has one header, as pngjs would believe the last', () => {
      const [header, ...others] = readPngChunks(bytesOf('pixel.png'))
      const larger = createPngHeader({ width: 9000, height: 9000, bitDepth: 8, colourType: 2 })
      for (const chunks of [
        [header!, larger, ...others],
        [header!, ...others.slice(0, -1), larger, ...others.slice(-1)],
      ]) {
        const message = /more than one header/
        assert.throws(() => read(toPngBytes(chunks)), { code: 'CORRUPT_PHOTO', message })
      }
    })

    it('is complete only with all of its last chunk', () => {
      const sound = bytesOf('pixel.png')
      for (let missing = 1; missing <= 12; missing += 1) {
        assert.throws(() => read(sound.subarray(0, -missing)), { code: 'CORRUPT_PHOTO' })
      }
    })

    it('is not complete with a last chunk that claims more than there is', () => {
      const claiming = Buffer.from(bytesOf('pixel.png'))
      claiming.writeUInt32BE(1, claiming.length - 12)
      assert.throws(() => read(claiming), { code: 'CORRUPT_PHOTO', message: /too early/ })
    })

    it('is complete whatever follows its last chunk', () => {
      const sound = bytesOf('pixel.png')
      const size = createPngHeader({ width: 9, height: 9, bitDepth: 8, colourType: 2 })
      const chunks = toPngBytes([size, { type: 'acTL', data: new Uint8Array(8) }]).subarray(8)
      for (const trailer of [new Uint8Array(50), chunks]) {
        assert.deepEqual(read(Buffer.concat([sound, trailer])), read(sound))
      }
    })
  })

  describe('of a WebP', () => {
    it('counts the larger of canvas and frame, so that neither hides the other', () => {
      const frame = webpBody(bytesOf('lossless.webp'))
      for (const [canvas, size] of [
        [createWebpCanvas(1000, 10), { width: 1000, height: 300 }],
        [createWebpCanvas(10, 1000), { width: 400, height: 1000 }],
        [createWebpCanvas(10, 10), { width: 400, height: 300 }],
      ] as const) {
        for (const parts of [
          [canvas, frame],
          [frame, canvas],
        ]) {
          const { width, height } = read(toWebpBytes(...parts))
          assert.deepEqual({ width, height }, size)
        }
      }
    })

    it('reads the orientation of an EXIF chunk, with JPEG’s prefix or without', async () => {
      const { tiff } = await pngWithOrientation(3)
      const prefix = Buffer.from('Exif\0\0', 'latin1')
      for (const exif of [tiff, Buffer.concat([prefix, tiff])]) {
        const chunks = [webpBody(bytesOf('lossy.webp')), toWebpChunkBytes('EXIF', exif)]
        assert.equal(read(toWebpBytes(createWebpCanvas(400, 300), ...chunks)).orientation, 3)
      }
    })

    it('goes by the first of several EXIF chunks', async () => {
      const exifs = [3, 6].map(async (orientation) => {
        const { tiff } = await pngWithOrientation(orientation)
        return toWebpChunkBytes('EXIF', tiff)
      })
      const parts = [createWebpCanvas(400, 300), webpBody(bytesOf('lossy.webp'))]
      assert.equal(read(toWebpBytes(...parts, ...(await Promise.all(exifs)))).orientation, 3)
    })

    it('passes over the padding of odd chunks', () => {
      const odd = toWebpChunkBytes('odd ', new Uint8Array(7))
      const frame = webpBody(bytesOf('lossy.webp'))
      assert.deepEqual(read(toWebpBytes(odd, frame)), read(bytesOf('lossy.webp')))
    })

    it('takes no lossy frame without its start code, nor a lossless one without its signature', () => {
      for (const name of ['VP8 ', 'VP8L']) {
        const bytes = toWebpBytes(toWebpChunkBytes(name, new Uint8Array(50).fill(1)))
        assert.throws(() => read(bytes), { code: 'CORRUPT_PHOTO', message: /no frame/ })
      }
    })

    it('takes the scale that a lossy frame suggests for no part of its size', () => {
      const scaled = Buffer.from(bytesOf('lossy.webp'))
      // The upper two bits of width and height, behind the RIFF and chunk headers and the start code.
      for (const at of [27, 29]) scaled[at] = scaled[at]! | 0xc0
      assert.deepEqual(read(scaled), read(bytesOf('lossy.webp')))
    })

    it('refuses what moves', () => {
      const canvas = Buffer.from(createWebpCanvas(400, 300))
      canvas[8] = 0x02
      const moving = toWebpBytes(canvas, webpBody(bytesOf('lossy.webp')))
      assert.throws(() => read(moving), { code: 'UNSUPPORTED_PHOTO', message: /animated webp/ })
    })
  })

  it('throws nothing but PhotoErrors at headers of noise', () => {
    for (const { bytes } of photos.values()) {
      for (let at = 0; at < Math.min(bytes.length, 200); at += 1) {
        for (const value of [0, 1, 0x7f, 0xff]) {
          const changed = Buffer.from(bytes.subarray(0, 4000))
          changed[at] = value
          try {
            read(changed)
          } catch (error) {
            assert.ok(error instanceof PhotoError, String(error))
          }
        }
      }
    }
  })
})

function toPng(width: number, height: number): Uint8Array {
  const header = createPngHeader({ width, height, bitDepth: 8, colourType: 2 })
  return toPngBytes([header, { type: 'IEND', data: new Uint8Array(0) }])
}

/** A PNG as sharp writes it with an EXIF orientation, and its TIFF block. */
async function pngWithOrientation(orientation: number) {
  const pixels = { width: 4, height: 3, channels: 3, background: 'teal' } as const
  const png = await sharp({ create: pixels }).withMetadata({ orientation }).png().toBuffer()
  const exif = readPngChunks(png).find(({ type }) => type === 'eXIf')
  return { png, tiff: Buffer.from(exif?.data ?? []) }
}

/** The EXIF segment of a JPEG and what follows it. */
function cutExif(photo: Uint8Array): readonly [exif: Uint8Array, others: Uint8Array] {
  const start = findJpegMarker(photo, (marker) => marker === 0xe1)
  const end = start + 2 + Buffer.from(photo).readUInt16BE(start + 2)
  return [photo.subarray(start, end), photo.subarray(end)]
}
