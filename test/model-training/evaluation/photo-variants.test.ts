import assert from 'node:assert/strict'
import sharp from 'sharp'
import { DECODERS, decode, loadDecoder } from '../../../inference/index'
import {
  createVariants,
  type PhotoVariant,
} from '../../../model-training/evaluation/photo-variants'

const [WIDTH, HEIGHT] = [64, 48]
const SIZE = { width: 32, height: 24 }

/** Red to the right, green downwards, a blue corner: no turn of it is like another. */
function paint(): Buffer {
  const rgb = Buffer.alloc(WIDTH * HEIGHT * 3)
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) {
      const isCorner = x < WIDTH / 3 && y < HEIGHT / 3
      rgb.set([(x * 255) / WIDTH, (y * 255) / HEIGHT, isCorner ? 255 : 0], (y * WIDTH + x) * 3)
    }
  }
  return rgb
}

const painted = () => sharp(paint(), { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })

async function find(name: string): Promise<PhotoVariant> {
  const variant = (await createVariants()).find((one) => one.name === name)
  if (variant === undefined) throw new Error(`there is no variant ${name}`)
  return variant
}

function toMeanDifference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length
}

describe('photos changed before they are served', () => {
  for (const name of DECODERS) {
    it(`look the same to ${name} in all orientations of EXIF`, async () => {
      const decoder = await loadDecoder(name)
      const photo = await painted().png().toBuffer()
      const plain = await decode(photo, { decoder, ...SIZE })
      for (let orientation = 1; orientation <= 8; orientation += 1) {
        const changed = await (await find(`exif-${orientation}`)).change(photo)
        const { orientation: tag, width } = await sharp(changed).metadata()
        assert.equal(tag, orientation)
        assert.equal(width, orientation < 5 ? WIDTH : HEIGHT)
        const rgb = await decode(changed, { decoder, ...SIZE })
        const difference = toMeanDifference(plain, rgb)
        assert.ok(difference < 2, `orientation ${orientation}: ${difference}`)
      }
    })
  }

  it('start from a photo that is upright already', async () => {
    const decoder = await loadDecoder('sharp')
    const photo = await painted().withMetadata({ orientation: 6 }).png().toBuffer()
    const plain = await decode(photo, { decoder, ...SIZE })
    const changed = await (await find('exif-3')).change(photo)
    assert.ok(toMeanDifference(plain, await decode(changed, { decoder, ...SIZE })) < 2)
  })

  it('are strongly compressed, halved and upscaled', async () => {
    const photo = await painted().png().toBuffer()
    const sizes = ['jpeg-30', 'half-size', 'upscaled'].map(async (name) => {
      const { format, width, height } = await sharp(
        await (await find(name)).change(photo),
      ).metadata()
      return [format, width, height]
    })
    assert.deepEqual(await Promise.all(sizes), [
      ['jpeg', WIDTH, HEIGHT],
      ['jpeg', WIDTH / 2, HEIGHT / 2],
      ['jpeg', 1600, 1200],
    ])
    const noisy = await sharp({
      create: {
        ...{ width: 200, height: 200, channels: 3, background: '#888' },
        noise: { type: 'gaussian', mean: 128, sigma: 40 },
      },
    })
      .png()
      .toBuffer()
    const strong = await (await find('jpeg-30')).change(noisy)
    const fine = await (await find('exif-1')).change(noisy)
    assert.ok(strong.length < fine.length / 4)
  })

  it('may be one pixel, gray, transparent or CMYK', async () => {
    const create = (background: string) =>
      sharp({ create: { width: 1, height: 1, channels: 4, background } })
    const photos = [
      await create('#0000').png().toBuffer(),
      await create('#888').grayscale().png().toBuffer(),
      await create('#888f').flatten().toColourspace('cmyk').jpeg().toBuffer(),
    ]
    for (const { change } of await createVariants()) {
      for (const photo of photos) {
        const { channels, space } = await sharp(await change(photo)).metadata()
        assert.deepEqual([channels, space], [3, 'srgb'])
      }
    }
    const white = await sharp(await (await find('jpeg-30')).change(photos[0] ?? Buffer.alloc(0)))
      .raw()
      .toBuffer()
    assert.deepEqual([...white], [255, 255, 255])
  })
})
