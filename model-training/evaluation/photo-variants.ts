import type { Sharp } from 'sharp'

/** A way to change a photo before it is served. */
export interface PhotoVariant {
  readonly name: string
  readonly description: string
  /** Roughly what the changed photos cost more to serve than the unchanged ones. */
  readonly cost: number
  /** @returns a JPEG's bytes */
  readonly change: (photo: Uint8Array) => Promise<Uint8Array>
}

const LARGE = { width: 1600, height: 1200 }

/** What is not to be about compression is hardly compressed. */
const FINE = { quality: 95, chromaSubsampling: '4:4:4' } as const
const FINEST = { quality: 100, chromaSubsampling: '4:4:4' } as const

/** How the stored pixels are turned, so that EXIF's orientation (its key) turns them back (EXIF 2.32, tag 274). */
const TURNS: Readonly<Record<number, (photo: Sharp) => Sharp>> = {
  1: (photo) => photo,
  2: (photo) => photo.flop(),
  3: (photo) => photo.rotate(180),
  4: (photo) => photo.flip(),
  // sharp mirrors before it rotates, whatever the order of the calls.
  5: (photo) => photo.flip().rotate(90),
  6: (photo) => photo.rotate(270),
  7: (photo) => photo.flop().rotate(90),
  8: (photo) => photo.rotate(90),
}

/** Gives a photo as decoders see it: upright, without alpha and colour profile. */
type ToUpright = (photo: Uint8Array) => Promise<Sharp>

/**
 * The changes that a photo has to bear: strong compression, half size, all orientations of EXIF, and the size of a
 * large upload.
 *
 * @throws Error if sharp, which makes them, does not load
 */
export async function createVariants(): Promise<PhotoVariant[]> {
  const { default: sharp } = await import('sharp')
  const toUpright: ToUpright = async (photo) => {
    const { data, info } = await sharp(photo, { autoOrient: true, ignoreIcc: true })
      .flatten({ background: '#fff' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    const { width, height, channels } = info
    return sharp(data, { raw: { width, height, channels } })
  }
  return [
    {
      name: 'jpeg-30',
      description: 're-encoded as a JPEG of quality 30',
      cost: 1,
      change: async (photo) => (await toUpright(photo)).jpeg({ quality: 30 }).toBuffer(),
    },
    {
      name: 'half-size',
      description: 'scaled to half its width and height (JPEG of quality 95)',
      cost: 1,
      change: async (photo) => halve(await toUpright(photo)),
    },
    ...Object.keys(TURNS).map((orientation) => turnPhotos(Number(orientation), toUpright)),
    {
      name: 'upscaled',
      description: `stretched to ${LARGE.width} x ${LARGE.height} (JPEG of quality 95)`,
      cost: 10,
      change: async (photo) =>
        (await toUpright(photo))
          .resize({ ...LARGE, fit: 'fill' })
          .jpeg(FINE)
          .toBuffer(),
    },
  ]
}

async function halve(photo: Sharp): Promise<Uint8Array> {
  const { width, height } = await photo.metadata()
  const half = (side: number): number => Math.max(1, Math.round(side / 2))
  return photo.resize(half(width), half(height), { fit: 'fill' }).jpeg(FINE).toBuffer()
}

function turnPhotos(orientation: number, toUpright: ToUpright): PhotoVariant {
  const turn = TURNS[orientation] ?? ((photo: Sharp) => photo)
  return {
    name: `exif-${orientation}`,
    description:
      orientation === 1
        ? 're-encoded like the turned ones, but not turned: what the encoding alone changes'
        : `stored turned, with the EXIF orientation ${orientation} that turns it back (JPEG of quality 100)`,
    cost: 1,
    change: async (photo) =>
      turn(await toUpright(photo))
        .withMetadata({ orientation })
        .jpeg(FINEST)
        .toBuffer(),
  }
}
