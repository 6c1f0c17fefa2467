import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decode, loadDecoder, type Decoder } from '../../inference'

const FOLDER = join(__dirname, '..', 'fixtures', 'jpegs')

/** What libjpeg reduces the photos of 400 x 300 to by 1, 1/2, 1/4 and 1/8 on the way; the last is not 16 pixels wide. */
const SIZES = [
  { width: 201, height: 151 },
  { width: 128, height: 101 },
  { width: 60, height: 50 },
  { width: 13, height: 37 },
]

describe('turbo', () => {
  let turbo: Decoder
  let sharp: Decoder

  before(async () => {
    ;[turbo, sharp] = await Promise.all([loadDecoder('turbo'), loadDecoder('sharp')])
  })

  const read = (name: string): Promise<Uint8Array> => readFile(join(FOLDER, `${name}.jpg`))

  for (const size of SIZES) {
    const shown = `${String(size.width)} x ${String(size.height)}`

    for (const name of [
      'plain',
      'halved-across',
      'halved-down',
      'quartered-across',
      'rgb',
      'restarts',
      'scans',
    ]) {
      it(`shows what sharp does at ${shown}: ${name}.jpg`, async () => {
        const photo = await read(name)
        const [own, others] = [
          await decode(photo, { decoder: turbo, ...size }),
          await decode(photo, { decoder: sharp, ...size }),
        ]
        assert.equal(own.length, size.width * size.height * 3)
        const sum = own.reduce((total, value, at) => total + Math.abs(value - (others[at] ?? 0)), 0)
        const difference = sum / own.length
        // libvips shrinks in other steps.
        assert.ok(difference < 2, `it differs by ${difference.toFixed(2)}`)
      })
    }

    for (const name of ['restarts', 'scans']) {
      it(`reads the coefficients of plain.jpg, which go another way, in ${name}.jpg at ${shown}`, async () => {
        const [one, other] = await Promise.all(
          [name, 'plain'].map(async (each) =>
            decode(await read(each), { decoder: turbo, ...size }),
          ),
        )
        assert.deepEqual(Buffer.from(one!), Buffer.from(other!))
      })
    }
  }

  it('reads a photo that is damaged as another turbo does, whatever it had in memory before', async () => {
    const photo = new Uint8Array(await read('plain'))
    // Half of the coefficients, and then the end.
    const cut = Buffer.concat([photo.subarray(0, 9_000), photo.subarray(-2)])
    const size = SIZES[1]!
    const fresh = await loadDecoder('turbo')
    const expected = await decode(cut, { decoder: fresh, ...size })
    for (const before of ['quartered-across', 'rgb', 'plain']) {
      await decode(await read(before), { decoder: turbo, ...size })
      const again = await decode(cut, { decoder: turbo, ...size })
      assert.deepEqual(Buffer.from(again), Buffer.from(expected), before)
    }
  })
})
