import type { Decoder } from '../decoder'

/**
 * sharp (libvips, libjpeg-turbo): decodes a JPEG at 1/2, 1/4 or 1/8 of its size where that still exceeds the target.
 * It works in libuv's thread pool, one thread a photo.
 */
export async function loadSharp(): Promise<Decoder> {
  const { default: sharp } = await import('sharp')
  sharp.cache(false)
  sharp.concurrency(1)
  return {
    name: 'sharp',
    version: sharp.versions.sharp,
    async decode(photo, header, { width, height, maxTimeMs }) {
      const options = {
        autoOrient: true,
        failOn: 'error',
        ignoreIcc: true,
        limitInputPixels: header.width * header.height,
        sequentialRead: true,
      } as const
      const { data, info } = await sharp(photo, options)
        .timeout({ seconds: Math.max(1, Math.ceil(maxTimeMs / 1000)) })
        .flatten({ background: '#fff' })
        .resize(width, height, { fit: 'fill', kernel: 'linear' })
        .toColourspace('srgb')
        .raw({ depth: 'uchar' })
        .toBuffer({ resolveWithObject: true })
      return info.channels === 1 ? fromGray(data) : data
    },
  }
}

function fromGray(gray: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(gray.length * 3)
  for (let i = 0; i < gray.length; i++) rgb.fill(gray[i] ?? 0, i * 3, i * 3 + 3)
  return rgb
}
