import assert from 'node:assert/strict'
import { resize, type Raster } from '../../inference/resize'
import { createRandom, randomBytes } from '../helpers/random'

interface Size {
  readonly width: number
  readonly height: number
}

const SIZES: readonly (readonly [name: string, from: Size, to: Size])[] = [
  ['a pixel to many', { width: 1, height: 1 }, { width: 32, height: 24 }],
  ['many to a pixel', { width: 31, height: 17 }, { width: 1, height: 1 }],
  ['a flat strip', { width: 2000, height: 10 }, { width: 32, height: 24 }],
  ['an upright strip', { width: 3, height: 700 }, { width: 32, height: 24 }],
  ['two by two to more', { width: 2, height: 2 }, { width: 9, height: 7 }],
  ['larger', { width: 20, height: 15 }, { width: 64, height: 48 }],
  ['smaller by a whole number', { width: 96, height: 72 }, { width: 32, height: 24 }],
  ['smaller by a fraction', { width: 100, height: 75 }, { width: 32, height: 24 }],
  ['smaller by almost nothing', { width: 33, height: 25 }, { width: 32, height: 24 }],
  ['wider and lower', { width: 20, height: 60 }, { width: 40, height: 24 }],
]

const toRaster = ({ width, height }: Size, channels: 3 | 4, seed: number): Raster => ({
  width,
  height,
  channels,
  data: randomBytes(createRandom(seed), width * height * channels),
})

const constant = ({ width, height }: Size, value: number): Raster => ({
  width,
  height,
  channels: 3,
  data: new Uint8Array(width * height * 3).fill(value),
})

describe('resize', () => {
  for (const [name, from, to] of SIZES) {
    it(`gives what the definition says: ${name}`, () => {
      const raster = toRaster(from, 3, 1)
      assertNear(resize(raster, to.width, to.height), resizeByDefinition(raster, to))
    })

    it(`takes no notice of a fourth channel: ${name}`, () => {
      const raster = toRaster(from, 4, 2)
      const data = raster.data.filter((_, at) => at % 4 !== 3)
      assert.deepEqual(
        resize(raster, to.width, to.height),
        resize({ ...raster, data, channels: 3 }, to.width, to.height),
      )
    })

    it(`keeps one colour: ${name}`, () => {
      for (const value of [0, 1, 127, 128, 254, 255]) {
        const resized = resize(constant(from, value), to.width, to.height)
        assert.deepEqual(resized, constant(to, value).data)
      }
    })
  }

  it('changes nothing at the same size', () => {
    const raster = toRaster({ width: 37, height: 23 }, 3, 3)
    assert.deepEqual(resize(raster, 37, 23), raster.data)
  })

  it('leaves what it is given as it is', () => {
    const raster = toRaster({ width: 37, height: 23 }, 4, 4)
    resize(raster, 10, 10)
    assert.deepEqual(raster.data, toRaster({ width: 37, height: 23 }, 4, 4).data)
  })

  it('keeps each mean of red, green and blue when it reduces', () => {
    const from = { width: 320, height: 240 }
    const raster = toRaster(from, 3, 5)
    // Means of their own, so that a swap of channels shows.
    const data = raster.data.map((value, at) => (value + (at % 3) * 255) / 3)
    const before = meansOf(data)
    const after = meansOf(resize({ ...raster, data }, 32, 24))
    for (const [channel, mean] of before.entries()) {
      assert.ok(Math.abs(mean - after[channel]!) < 0.5, `${String(before)} -> ${String(after)}`)
    }
  })

  it('stays within 0 to 255 where black meets white', () => {
    const random = createRandom(6)
    const data = Uint8Array.from({ length: 90 * 70 }, () => (random() < 0.5 ? 0 : 255))
    const rgb = Uint8Array.from({ length: data.length * 3 }, (_, at) => data[Math.floor(at / 3)]!)
    const raster: Raster = { data: rgb, width: 90, height: 70, channels: 3 }
    for (const to of [
      { width: 200, height: 160 },
      { width: 89, height: 69 },
    ]) {
      assertNear(resize(raster, to.width, to.height), resizeByDefinition(raster, to))
    }
  })
})

/** A triangle as wide as the reduction, at least one pixel to each side, over the pixels' middles: in doubles. */
function resizeByDefinition({ data, width, height, channels }: Raster, to: Size): Float64Array {
  const columns = triangles(width, to.width)
  const rows = triangles(height, to.height)
  const resized = new Float64Array(to.width * to.height * 3)
  for (let at = 0; at < resized.length; at += 1) {
    const pixel = Math.floor(at / 3)
    let sum = 0
    for (const [y, tall] of rows[Math.floor(pixel / to.width)]!) {
      for (const [x, broad] of columns[pixel % to.width]!) {
        sum += tall * broad * data[(y * width + x) * channels + (at % 3)]!
      }
    }
    resized[at] = sum
  }
  return resized
}

/** For each output position the input positions that count, and how much. */
function triangles(from: number, to: number): (readonly [at: number, weight: number])[][] {
  const scale = from / to
  const reach = Math.max(1, scale)
  return Array.from({ length: to }, (_, output) => {
    const middle = (output + 0.5) * scale
    const weights = Array.from(
      { length: from },
      (_, input) => 1 - Math.abs(input + 0.5 - middle) / reach,
    )
    const counted = weights.map((weight, at) => [at, weight] as const).filter(([, w]) => w > 0)
    const sum = counted.reduce((total, [, weight]) => total + weight, 0)
    return counted.map(([at, weight]) => [at, weight / sum])
  })
}

/** Rounding may differ where the exact value is within 0.01 of a half: floats have 24 bits. */
function assertNear(actual: Uint8Array, exact: Float64Array): void {
  assert.equal(actual.length, exact.length)
  const far = exact.findIndex((value, at) => Math.abs(value - actual[at]!) > 0.51)
  assert.equal(far, -1, `value ${String(far)} is ${String(actual[far])}, not ${String(exact[far])}`)
}

function meansOf(rgb: Uint8Array | Uint8ClampedArray): number[] {
  return [0, 1, 2].map((channel) => {
    let sum = 0
    for (let at = channel; at < rgb.length; at += 3) sum += rgb[at]!
    return (sum * 3) / rgb.length
  })
}
