import assert from 'node:assert/strict'
import sharp from 'sharp'
import { DECODERS, DEFAULT_LIMITS, decode, loadDecoder, PhotoError } from '../../inference'
import type { Decoder } from '../../inference'
import type { PhotoHeader } from '../../inference/photo-header'
import { badPhotos, TRUNCATION_CODES, truncations } from '../fixtures/bad-photos'
import { goodPhotos, type FixturePhoto } from '../fixtures/good-photos'

const SIZE = { width: 32, height: 24 }
const TRUNCATED = ['small-1.jpg', 'thumbnail.jpg', 'rgb.png', 'lossy.webp', 'lossless.webp']

describe('decode', () => {
  let good: readonly FixturePhoto[]
  before(async () => {
    good = await goodPhotos()
  })
  const bytesOf = (name: string): Uint8Array =>
    good.find((photo) => photo.name === name)?.bytes ?? assert.fail(`there is no ${name}`)

  for (const name of DECODERS) {
    describe(`with ${name}`, () => {
      let decoder: Decoder
      before(async () => {
        decoder = await loadDecoder(name)
      })

      it('names what is wrong with every bad photo', async () => {
        for (const { name, bytes, code } of await badPhotos()) {
          await assert.rejects(
            decode(bytes, { decoder, ...SIZE }),
            { name: 'PhotoError', code },
            name,
          )
        }
      })

      for (const photo of TRUNCATED) {
        it(`refuses ${photo} cut at every tenth byte`, async () => {
          for (const cut of truncations(bytesOf(photo))) {
            const code = await codeOf(decode(cut, { decoder, ...SIZE }))
            assert.ok(TRUNCATION_CODES.includes(code as never), `${code} at ${String(cut.length)}`)
          }
        })
      }
    })
  }

  it('gives the decoder the header and what to make of the photo', async () => {
    const calls: unknown[] = []
    const decoder: Decoder = {
      name: 'jimp',
      version: '0.0.0',
      decode(photo, header, options) {
        calls.push({ photo, header, options })
        return Promise.resolve(Uint8Array.of(1, 2, 3))
      },
    }
    const photo = bytesOf('orientation-6.jpg')
    const limits = { ...DEFAULT_LIMITS, maxTimeMs: 1234 }
    const rgb = await decode(photo, { decoder, width: 1, height: 1, limits })
    assert.deepEqual(rgb, Uint8Array.of(1, 2, 3))
    const header: PhotoHeader = {
      format: 'jpeg',
      width: 300,
      height: 400,
      channels: 3,
      orientation: 6,
      animated: false,
      complete: true,
    }
    assert.deepEqual(calls, [{ photo, header, options: { width: 1, height: 1, maxTimeMs: 1234 } }])
  })

  for (const limits of [{ maxBytes: 1000 }, { maxPixels: 1000 }]) {
    it(`keeps to its limits: ${JSON.stringify(limits)}`, async () => {
      const decoder = failingWith(new Error('must not be reached'))
      const decoding = decode(bytesOf('small-1.jpg'), {
        decoder,
        ...SIZE,
        limits: { ...DEFAULT_LIMITS, ...limits },
      })
      const code = 'maxBytes' in limits ? 'PHOTO_TOO_LARGE' : 'PHOTO_TOO_MANY_PIXELS'
      assert.equal(await codeOf(decoding), code)
    })
  }

  it('says corrupt where the decoder fails, and keeps its reason from the sender', async () => {
    const cause = new TypeError('secret /path of the library')
    const decoding = decode(bytesOf('rgb.png'), { decoder: failingWith(cause), ...SIZE })
    const message = 'the png photo cannot be decoded'
    await assert.rejects(decoding, { name: 'PhotoError', code: 'CORRUPT_PHOTO', message, cause })
  })

  it('says timed out where sharp ends by its own limit', async () => {
    const slow = sharp({ create: { width: 8000, height: 8000, channels: 3, background: 'teal' } })
    const [ended] = await Promise.allSettled([
      slow.median(61).timeout({ seconds: 1 }).raw().toBuffer(),
    ])
    assert.ok(ended.status === 'rejected', 'sharp was faster')
    const cause = ended.reason as Error
    const limits = { ...DEFAULT_LIMITS, maxTimeMs: 1000 }
    const decoder = failingWith(cause)
    await assert.rejects(decode(bytesOf('small-1.jpg'), { decoder, ...SIZE, limits }), {
      code: 'TIMED_OUT',
      message: 'the photo took more than 1000 ms to decode',
      cause,
    })
  })
})

const failingWith = (error: Error): Decoder => ({
  name: 'jimp',
  version: '0.0.0',
  decode: () => Promise.reject(error),
})

/** The code of the PhotoError that it must fail with. */
async function codeOf(decoding: Promise<unknown>): Promise<string> {
  try {
    await decoding
  } catch (error) {
    assert.ok(error instanceof PhotoError, String(error))
    return error.code
  }
  return 'decoded'
}
