import { join } from 'node:path'
import type { Decoder } from '../decoder'
import type { PhotoHeader } from '../photo-header'
import { orient, swapsSides } from '../orient'
import { compile } from './codec'
import { createJpegCodec } from './jpeg-codec'

/** Of libjpeg-turbo, as codecs/jpeg/build has it. */
const VERSION = '2.1.5'

/**
 * libjpeg-turbo as WebAssembly, which decodes and resizes in one go (codecs/jpeg/jpeg.c), on the calling thread. What is no
 * JPEG, or one of four colours, is left to another decoder, which is loaded when the first such photo comes.
 */
export async function loadTurbo(
  codecsFolder: string,
  loadOther: () => Promise<Decoder>,
): Promise<Decoder> {
  const decodeJpeg = createJpegCodec(await compile(join(codecsFolder, 'jpeg.wasm')))
  let other: Promise<Decoder> | undefined
  async function toOther(): Promise<Decoder> {
    try {
      return await (other ??= loadOther())
    } catch (error) {
      other = undefined
      throw error
    }
  }
  return {
    name: 'turbo',
    version: VERSION,
    async decode(photo, header, options) {
      if (!isOurs(header)) return (await toOther()).decode(photo, header, options)
      const { orientation } = header
      const { width, height, maxTimeMs } = options
      const [storedWidth, storedHeight] = swapsSides(orientation)
        ? [height, width]
        : [width, height]
      const stored = { width: storedWidth, height: storedHeight, maxTimeMs }
      return orient(decodeJpeg(photo, stored), storedWidth, storedHeight, orientation)
    },
  }
}

const isOurs = ({ format, channels }: PhotoHeader): boolean => format === 'jpeg' && channels < 4
