import { readFile } from 'node:fs/promises'
import type { Decoder } from '../decoder'
import { hasEveryRow } from './png-rows'
import { toRgb } from './raster'
import { loadWasm } from './wasm'

/** jimp (jpeg-js, pngjs): plain JavaScript, slow; has no WebP of its own, which jSquash decodes for it. */
export async function loadJimp(): Promise<Decoder> {
  const { Jimp } = await import('jimp')
  const manifest = await readFile(require.resolve('jimp/package.json'), 'utf8')
  let wasm: Promise<Decoder> | undefined
  return {
    name: 'jimp',
    version: (JSON.parse(manifest) as { version: string }).version,
    async decode(photo, header, options) {
      if (header.format === 'webp') {
        wasm ??= loadWasm()
        return (await wasm).decode(photo, header, options)
      }
      if (header.format === 'png' && !(await hasEveryRow(photo, header))) {
        throw new Error('the png photo has fewer rows than it claims')
      }
      const { bitmap } = await Jimp.fromBuffer(Buffer.from(photo), {
        'image/jpeg': { maxMemoryUsageInMB: 1024 },
      })
      // Jimp has oriented a JPEG by its EXIF already, but knows nothing of a PNG's.
      const orientation = header.format === 'jpeg' ? 1 : header.orientation
      return toRgb({ ...bitmap, channels: 4 }, orientation, options)
    },
  }
}
