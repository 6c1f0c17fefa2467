import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { decode, loadDecoder, type Decoder } from '../../../inference/index'
import { LOOKS_INPUT, toLooks, type Looks } from '../../../model-training/data/looks'
import { parseManifest } from '../../../model-training/data/manifest'
import { areNear, findNearPairs } from '../../../model-training/data/near-pairs'
import { createRandom, shuffle } from '../../../model-training/random'
import { skipUnless } from '../../helpers/optional'
import { renderScene } from './scene'

/** Changes that leave a photo the same photo. */
const CHANGES: Readonly<Record<string, (photo: Uint8Array) => Promise<Uint8Array>>> = {
  'low JPEG quality': (photo) => sharp(photo).jpeg({ quality: 30 }).toBuffer(),
  'half size': async (photo) => {
    const { width } = await sharp(photo).metadata()
    return sharp(photo)
      .resize(Math.round(width / 2))
      .jpeg()
      .toBuffer()
  },
  'PNG of another size': (photo) => sharp(photo).resize(500, 400, { fit: 'fill' }).png().toBuffer(),
  'less light': (photo) => sharp(photo).linear(0.7, 0).jpeg().toBuffer(),
  'no colour': (photo) => sharp(photo).grayscale().jpeg().toBuffer(),
}

const look = async (photo: Uint8Array, decoder: Decoder): Promise<Looks | undefined> =>
  toLooks(await decode(photo, { decoder, ...LOOKS_INPUT }))

describe('toLooks', () => {
  for (const [name, change] of Object.entries(CHANGES)) {
    it(`knows a photo again after ${name}`, async () => {
      const decoder = await loadDecoder('sharp')
      for (const seed of [1, 2, 3]) {
        const photo = await renderScene(seed)
        const [before, after] = [
          await look(photo, decoder),
          await look(await change(photo), decoder),
        ]
        assert.ok(before && after && areNear(before, after), `seed ${seed}`)
      }
    })
  }

  it('tells different photos apart', async () => {
    const decoder = await loadDecoder('sharp')
    const seeds = Array.from({ length: 20 }, (_, i) => i)
    const looks = await Promise.all(
      seeds.map(async (seed) => look(await renderScene(seed), decoder)),
    )
    assert.deepEqual([...findNearPairs(looks)], [])
  })

  it('says nothing of a photo of one colour, as all of them would look alike', () => {
    const pixels = LOOKS_INPUT.width * LOOKS_INPUT.height
    const random = createRandom(1)
    const flat = Uint8Array.from({ length: pixels * 3 }, () => 200 + Math.floor(random() * 3))
    assert.equal(toLooks(flat), undefined)
  })

  it('has a hash of frequencies and one of gradients', () => {
    const { width, height } = LOOKS_INPUT
    // Brightness rises from left to right, so that each gradient bit is set.
    const ramp = Uint8Array.from(
      { length: width * height * 3 },
      (_, i) => 5 * (Math.floor(i / 3) % width),
    )
    const [high, , ...gradients] = toLooks(ramp) ?? []
    assert.deepEqual(gradients, [0xffffffff, 0xffffffff])
    // A cosine falls from left to right, so that the first frequency's amount is the lowest of all.
    assert.equal(((high ?? 0) >>> 30) & 1, 0)
  })

  it('tells real photos apart, but for those that are nearly one', async function () {
    const folder = process.env['PHOTOS_DIR']
    skipUnless(this, folder === undefined ? 'PHOTOS_DIR names no folder of photos' : undefined)
    const csv = await readFile(join(folder ?? '', 'manifest.csv'), 'utf8')
    const rows = parseManifest(csv, ['file', 'label', 'group'])
    const decoder = await loadDecoder('sharp')
    const looks: (Looks | undefined)[] = []
    for (const { file = '' } of rows) {
      looks.push(await look(await readFile(join(folder ?? '', file)), decoder))
    }
    const pairs = [...findNearPairs(looks)].map(([a, b]) => [rows[a], rows[b]] as const)
    // Who made the folder took near-duplicates out of it by other means; what is left may be a sheet filled in twice.
    assert.ok(pairs.length <= rows.length / 500, `${pairs.length} pairs`)
    for (const [a, b] of pairs) assert.equal(a?.['label'], b?.['label'])
  })
})

describe('findNearPairs', () => {
  const random = createRandom(3)
  const word = () => Math.floor(random() * 2 ** 32)
  const flip = (looks: Looks, bits: readonly (readonly [0 | 1 | 2 | 3, number])[]): Looks => {
    const flipped: [number, number, number, number] = [...looks]
    for (const [place, bit] of bits) flipped[place] = (flipped[place] ^ (1 << bit)) >>> 0
    return flipped
  }
  const base: Looks = [word(), word(), word(), word()]
  const bitsOf = (place: 0 | 2, count: number) =>
    Array.from(
      { length: count },
      (_, i) => [(place + (i % 2)) as 0 | 1 | 2 | 3, (i * 7) % 32] as const,
    )

  it('accepts 8 bits of frequencies and 10 of gradients, and no more', () => {
    assert.ok(areNear(base, flip(base, [...bitsOf(0, 8), ...bitsOf(2, 10)])))
    assert.ok(!areNear(base, flip(base, bitsOf(0, 9))))
    assert.ok(!areNear(base, flip(base, bitsOf(2, 11))))
  })

  it('finds each pair that a comparison of all with all finds, once', () => {
    const looks: (Looks | undefined)[] = []
    for (let i = 0; i < 300; i += 1) {
      const one: Looks = [word(), word(), word(), word()]
      const places = shuffle([...Array(64).keys()], random).slice(0, i % 12)
      const bits = places.map((place) => [place < 32 ? 0 : 1, place % 32] as const)
      looks.push(one, i % 10 === 0 ? undefined : flip(one, bits))
    }
    const expected: string[] = []
    for (const [b, second] of looks.entries()) {
      for (const [a, first] of looks.slice(0, b).entries()) {
        if (first && second && areNear(first, second)) expected.push(`${a} ${b}`)
      }
    }
    const found = [...findNearPairs(looks)].map(([a, b]) => `${a} ${b}`)
    assert.ok(expected.length > 150)
    assert.deepEqual(found.sort(), expected.sort())
  })
})
