import assert from 'node:assert/strict'
import { deflateSync, inflateSync } from 'node:zlib'
import sharp from 'sharp'
import { renderPixels } from '../../bench/photos/render-photo'
import {
  DECODERS,
  DEFAULT_LIMITS,
  LoadError,
  decode,
  loadDecoder,
  type Decoder,
  type DecoderName,
} from '../../inference'
import { CODECS_FOLDER } from '../../inference/decoder'
import { loadTurbo } from '../../inference/decoders/turbo'
import { resize } from '../../inference/resize'
import { badPhotos } from '../fixtures/bad-photos'
import { goodPhotos } from '../fixtures/good-photos'
import { findJpegMarker } from '../fixtures/jpeg-file'
import { createPngHeader, joinedData, readPngChunks, toPngBytes } from '../fixtures/png-file'

/** Neither a square nor a whole part of the photos' sizes, so that swapped sides and cut edges show. */
const SIZE = { width: 60, height: 50 }
const STORED = { width: 400, height: 300 }

/**
 * How far the pixels of the other decoders may be from sharp's: mean absolute difference of 0..255 values, half as
 * much again as measured. All of it is libvips' resampling in two steps, but for CMYK, which sharp converts by an ink
 * profile and jpeg-js by a formula, and for what is enlarged, where libvips begins half a pixel early.
 */
const TO_SHARP: readonly (readonly [kind: string, names: RegExp, bound: number])[] = [
  ['JPEG', /^(?!cmyk|ycck|pixel|wide).*\.jpg$/, 1.3],
  ['a JPEG of one pixel', /^pixel\.jpg$/, 1],
  ['CMYK', /^(cmyk|ycck)\.jpg$/, 25],
  ['a JPEG that is enlarged', /^wide\.jpg$/, 15],
  ['PNG', /^(rgb|palette|deep|gray|interlaced|pixel)\.png$/, 1.3],
  ['PNG with alpha', /^(gray-)?alpha\.png$/, 1.9],
  ['PNG of black and white', /^bilevel(-palette)?\.png$/, 2.6],
  ['WebP', /^.*\.webp$/, 2.2],
]

/** The same of jimp to wasm, which share all but the decoding itself, and of that WebP and CMYK. */
const JIMP_TO_WASM: readonly (readonly [kind: string, names: RegExp, bound: number])[] = [
  ['JPEG', /^(?!cmyk|ycck|pixel|wide).*\.jpg$/, 0.7],
  ['a JPEG that is tiny or enlarged', /^(pixel|wide)\.jpg$/, 1.5],
  ['CMYK', /^(cmyk|ycck)\.jpg$/, 0],
  ['16-bit PNG', /^deep\.png$/, 0.4],
  ['PNG of 8 bits or less', /^(?!deep).*\.png$/, 0],
  ['WebP', /^.*\.webp$/, 0],
]

/** Turbo leaves to sharp what is no JPEG. */
const hasSharp = (name: DecoderName): boolean => name === 'sharp' || name === 'turbo'

describe('decoders', () => {
  let photos: ReadonlyMap<string, Uint8Array>
  /** Whose headers are sound. */
  let broken: ReadonlyMap<string, Uint8Array> = new Map()
  let decoders: Readonly<Record<DecoderName, Decoder>>
  /** RGB by decoder and photo. */
  const decoded = new Map<string, Uint8Array>()

  before(async () => {
    photos = new Map((await goodPhotos()).map(({ name, bytes }) => [name, bytes]))
    broken = new Map([
      ['two-frames.jpg', withSecondFrame(bytesOf('pixel.jpg'))],
      ['broken.webp', withWrongPartition(bytesOf('lossy.webp'))],
      ...(await badPhotos()).map(({ name, bytes }) => [name, bytes] as const),
    ])
    decoders = {
      turbo: await loadDecoder('turbo'),
      sharp: await loadDecoder('sharp'),
      wasm: await loadDecoder('wasm'),
      jimp: await loadDecoder('jimp'),
    }
    for (const decoder of Object.values(decoders)) {
      for (const [name, bytes] of photos) {
        decoded.set(`${decoder.name} ${name}`, await decode(bytes, { decoder, ...SIZE }))
      }
    }
  })

  const bytesOf = (name: string): Uint8Array =>
    photos.get(name) ?? broken.get(name) ?? assert.fail(`there is no ${name}`)
  const pixelsOf = (decoder: DecoderName, name: string): Uint8Array =>
    decoded.get(`${decoder} ${name}`) ?? assert.fail(`there is no ${name}`)

  function assertWithin(names: RegExp, bound: number, one: DecoderName, other: DecoderName): void {
    const chosen = [...photos.keys()].filter((name) => names.test(name))
    assert.notEqual(chosen.length, 0)
    for (const name of chosen) {
      const difference = meanDifference(pixelsOf(one, name), pixelsOf(other, name))
      assert.ok(difference <= bound, `${name} differs by ${difference.toFixed(2)}`)
    }
  }

  it('are compared on every good photo', () => {
    for (const table of [TO_SHARP, JIMP_TO_WASM]) {
      for (const name of photos.keys()) {
        assert.equal(table.filter(([, names]) => names.test(name)).length, 1, name)
      }
    }
  })

  for (const [kind, names, bound] of TO_SHARP) {
    it(`differ from sharp by at most ${String(bound)} on ${kind}`, () => {
      assertWithin(names, bound, 'wasm', 'sharp')
      assertWithin(names, bound, 'jimp', 'sharp')
      assertWithin(names, bound, 'turbo', 'sharp')
    })
  }

  for (const [kind, names, bound] of JIMP_TO_WASM) {
    it(`differ by at most ${String(bound)} between jimp and wasm on ${kind}`, () => {
      assertWithin(names, bound, 'jimp', 'wasm')
    })
  }

  it('resize a JPEG alike, whether row by row while it is decoded or afterwards', async () => {
    // More than half of the photos' size, so that both decode all of it.
    const size = { width: 201, height: 151 }
    for (const [name, bytes] of photos) {
      if (!/^(small-.|orientation-.|gray|full-chroma|progressive)\.jpg$/.test(name)) continue
      const [own, afterwards] = [
        await decode(bytes, { decoder: decoders.turbo, ...size }),
        await decode(bytes, { decoder: decoders.wasm, ...size }),
      ]
      const difference = meanDifference(own, afterwards)
      assert.ok(difference < 0.01, `${name} differs by ${difference.toFixed(3)}`)
    }
  })

  it('take no padding for a part of the photo, where its sides are no multiples of eight', async () => {
    const raw = { width: 1601, height: 1201, channels: 3 } as const
    const bytes = await sharp(renderPixels({ ...raw, seed: 40 }), { raw })
      .jpeg()
      .toBuffer()
    const size = { width: 200, height: 150 }
    const [own, whole] = [
      await decode(bytes, { decoder: decoders.turbo, ...size }),
      await decode(bytes, { decoder: decoders.wasm, ...size }),
    ]
    const difference = meanDifference(own, whole)
    assert.ok(difference < 2, `they differ by ${difference.toFixed(2)}`)
  })

  it('blame no photo for a decoder that cannot be loaded, and try it again: turbo', async () => {
    let loads = 0
    const turbo = await loadTurbo(CODECS_FOLDER, () => {
      loads += 1
      const error = new LoadError('DECODER_UNAVAILABLE', 'not now')
      return loads === 1 ? Promise.reject(error) : Promise.resolve(decoders.sharp)
    })
    const photo = bytesOf('rgb.png')
    await assert.rejects(decode(photo, { decoder: turbo, ...SIZE }), { name: 'LoadError' })
    assert.deepEqual(await decode(photo, { decoder: turbo, ...SIZE }), pixelsOf('sharp', 'rgb.png'))
  })

  it('give up what takes too long: turbo', async () => {
    const { turbo } = decoders
    const bytes = bytesOf('small-1.jpg')
    const limits = { ...DEFAULT_LIMITS, maxTimeMs: 0 }
    await assert.rejects(decode(bytes, { decoder: turbo, ...SIZE, limits }), { code: 'TIMED_OUT' })
    assert.deepEqual(
      await decode(bytes, { decoder: turbo, ...SIZE }),
      pixelsOf('turbo', 'small-1.jpg'),
    )
  })

  for (const name of DECODERS) {
    describe(name, () => {
      it('says which version it is', () => {
        assert.equal(decoders[name].name, name)
        assert.match(decoders[name].version, /^\d+\.\d+\.\d+/)
      })

      it('gives as many values as asked for, of every good photo', () => {
        for (const photo of photos.keys()) {
          assert.equal(pixelsOf(name, photo).length, SIZE.width * SIZE.height * 3, photo)
        }
      })

      for (const [photo, seed, bound] of [
        ['small-1.jpg', 1, 1],
        ['progressive.jpg', 8, 1],
        ['full-chroma.jpg', 11, 1],
        ['trailing-garbage.jpg', 13, 1],
        ['thumbnail.jpg', 17, 1],
        ['rgb.png', 20, hasSharp(name) ? 1.3 : 0],
        ['deep.png', 22, hasSharp(name) ? 1.3 : 0.5],
        ['interlaced.png', 28, hasSharp(name) ? 1.3 : 0],
        ['lossy.webp', 30, 3],
        ['lossless.webp', 31, hasSharp(name) ? 1.9 : 0],
      ] as const) {
        it(`shows what was rendered, to ${String(bound)}: ${photo}`, () => {
          const rendered = renderPixels({ ...STORED, seed })
          assertShows(name, photo, rendered, bound)
        })
      }

      for (const [photo, seed, bound] of [
        ['alpha.png', 23, hasSharp(name) ? 1.9 : 0.3],
        ['alpha.webp', 32, 3],
      ] as const) {
        it(`lays alpha over white: ${photo}`, () => {
          const rendered = renderPixels({ ...STORED, seed })
          assertShows(name, photo, overWhite(rendered), bound)
        })
      }

      it('keeps gray gray', () => {
        for (const photo of ['gray.jpg', 'gray.png', 'gray-alpha.png', 'bilevel.png']) {
          const rgb = pixelsOf(name, photo)
          const coloured = rgb.findIndex((value, at) => value !== rgb[at - (at % 3)])
          assert.equal(coloured, -1, photo)
          assert.ok(new Set(rgb).size > 50, `${photo} has more than one gray`)
        }
      })

      it('shows a photo upright whichever way it was held', () => {
        const upright = pixelsOf(name, 'orientation-1.jpg')
        for (const orientation of [2, 3, 4, 5, 6, 7, 8]) {
          const photo = `orientation-${String(orientation)}.jpg`
          const difference = meanDifference(pixelsOf(name, photo), upright)
          // A JPEG of other blocks differs by 1; an orientation taken for another by 40 and more.
          assert.ok(difference < 2, `${photo} differs by ${difference.toFixed(2)}`)
        }
      })

      for (const format of ['png', 'webp'] as const) {
        it(`shows a ${format} upright, too`, async () => {
          const rendered = renderPixels({ ...STORED, seed: 12 })
          const photo = await sharp(rendered, { raw: { ...STORED, channels: 3 } })
            .rotate(270)
            .withMetadata({ orientation: 6 })
            .toFormat(format, { lossless: true })
            .toBuffer()
          const rgb = await decode(photo, { decoder: decoders[name], ...SIZE })
          const difference = meanDifference(rgb, pixelsOf(name, 'orientation-1.jpg'))
          assert.ok(difference < 3, difference.toFixed(2))
        })
      }

      it('shows the same picture in CMYK and in YCCK', () => {
        const difference = meanDifference(pixelsOf(name, 'cmyk.jpg'), pixelsOf(name, 'ycck.jpg'))
        assert.ok(difference < 1.5, difference.toFixed(2))
      })

      it('decodes side by side as it does one by one', async () => {
        const some = [
          'small-1.jpg',
          'orientation-6.jpg',
          'cmyk.jpg',
          'gray.jpg',
          'rgb.png',
          'palette.png',
          'deep.png',
          'alpha.png',
          'lossy.webp',
          'alpha.webp',
        ]
        const decoder = decoders[name]
        const together = await Promise.all(
          some.map((photo) => decode(bytesOf(photo), { decoder, ...SIZE })),
        )
        for (const [at, photo] of some.entries()) {
          assert.deepEqual(Buffer.from(together[at]!), Buffer.from(pixelsOf(name, photo)), photo)
        }
      })

      for (const [what, damage] of [
        ['lacks a row', (rows: Buffer) => deflateSync(rows.subarray(0, -101))],
        ['lacks the last byte of a row', (rows: Buffer) => deflateSync(rows.subarray(0, -1))],
        ['lacks the checksum of its rows', (rows: Buffer) => deflateSync(rows).subarray(0, -4)],
        ['has no rows', () => deflateSync(Buffer.alloc(0))],
      ] as const) {
        it(`refuses a PNG that ${what}, every time`, async () => {
          const decoder = decoders[name]
          // pngjs takes what is in memory for them, which may do or not.
          for (let height = 1; height <= 40; height += 1) {
            const photo = toPng(100, height, damage)
            await assert.rejects(decode(photo, { decoder, ...SIZE }), { code: 'CORRUPT_PHOTO' })
          }
        })
      }

      it('refuses an interlaced PNG that lacks rows', async () => {
        const chunks = readPngChunks(bytesOf('interlaced.png'))
        const rows = inflateSync(joinedData(chunks))
        for (const length of [rows.length - 1, rows.length >> 1, 1]) {
          const photo = toPngBytes([
            ...chunks.filter(({ type }) => type === 'IHDR'),
            { type: 'IDAT', data: deflateSync(rows.subarray(0, length)) },
            ...chunks.filter(({ type }) => type === 'IEND'),
          ])
          const decoding = decode(photo, { decoder: decoders[name], ...SIZE })
          await assert.rejects(decoding, { code: 'CORRUPT_PHOTO' })
        }
      })

      // libjpeg and Rust's png leave some stack behind at each failure: 71 or 743 used it up.
      for (const [sound, broken, batches] of [
        ['small-1.jpg', 'two-frames.jpg', 10],
        ['rgb.png', 'short-data.png', name === 'wasm' ? 100 : 10],
        ['lossy.webp', 'broken.webp', 10],
      ] as const) {
        it(`decodes ${sound} among many a ${broken}`, async () => {
          const options = { decoder: decoders[name], ...SIZE }
          for (let batch = 0; batch < batches; batch += 1) {
            const [rgb, ...failed] = await Promise.allSettled([
              decode(bytesOf(sound), options),
              ...Array.from({ length: 8 }, () => decode(bytesOf(broken), options)),
            ])
            assert.deepEqual(rgb, { status: 'fulfilled', value: pixelsOf(name, sound) })
            for (const outcome of failed) assert.equal(codeOf(outcome), 'CORRUPT_PHOTO')
          }
        })
      }
    })
  }

  function assertShows(
    decoder: DecoderName,
    photo: string,
    rendered: Uint8Array,
    bound: number,
  ): void {
    const raster = { data: rendered, ...STORED, channels: 3 } as const
    const difference = meanDifference(
      pixelsOf(decoder, photo),
      resize(raster, SIZE.width, SIZE.height),
    )
    assert.ok(difference <= bound, `${photo} differs by ${difference.toFixed(2)}`)
  }
})

const codeOf = (outcome: PromiseSettledResult<unknown>): unknown =>
  outcome.status === 'rejected' ? (outcome.reason as { code: unknown }).code : 'decoded'

/** The fixtures' alpha, which falls from left to right. */
function overWhite(rgb: Uint8Array): Uint8Array {
  return rgb.map((value, at) => {
    const x = Math.floor(at / 3) % STORED.width
    const alpha = (255 - (x >> 1)) / 255
    return Math.round(value * alpha + 255 * (1 - alpha))
  })
}

/** A gray PNG of one colour, whose rows are deflated as told. */
function toPng(width: number, height: number, deflate: (rows: Buffer) => Uint8Array): Uint8Array {
  const row = Buffer.alloc(1 + width, 77)
  // No filter.
  row[0] = 0
  return toPngBytes([
    createPngHeader({ width, height, bitDepth: 8, colourType: 0 }),
    { type: 'IDAT', data: deflate(Buffer.concat(Array<Buffer>(height).fill(row))) },
    { type: 'IEND', data: new Uint8Array(0) },
  ])
}

/** libjpeg gives up at a second frame header. */
function withSecondFrame(photo: Uint8Array): Uint8Array {
  const sound = Buffer.from(photo)
  const frame = findJpegMarker(sound, (marker) => marker === 0xc0)
  const scan = findJpegMarker(sound, (marker) => marker === 0xda)
  const again = sound.subarray(frame, frame + 2 + sound.readUInt16BE(frame + 2))
  return Buffer.concat([sound.subarray(0, scan), again, sound.subarray(scan)])
}

/** Sound but for the size of its first partition, which exceeds the file's. */
function withWrongPartition(photo: Uint8Array): Uint8Array {
  const broken = Buffer.from(photo)
  broken.fill(0xff, 21, 23)
  return broken
}

function meanDifference(left: Uint8Array, right: Uint8Array): number {
  assert.equal(left.length, right.length)
  const sum = left.reduce((total, value, at) => total + Math.abs(value - right[at]!), 0)
  return sum / left.length
}
