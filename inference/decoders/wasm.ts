import { readFile } from 'node:fs/promises'
import type { Decoder } from '../decoder'
import type { PhotoHeader } from '../photo-header'
import type { Raster } from '../resize'
import { toRgb } from './raster'

type Decode = (photo: ArrayBuffer) => Promise<ImageData>

/** jSquash: libjpeg (mozjpeg), libwebp and Rust's png as WebAssembly; no native code. */
export async function loadWasm(): Promise<Decoder> {
  provideImageData()
  const [jpeg, png, webp] = await Promise.all([loadJpeg(), loadPng(), loadWebp()])
  const decoders = { jpeg, png, webp }
  return {
    name: 'wasm',
    version: await readVersion(),
    async decode(photo, header, options) {
      const raster = isCmyk(header)
        ? await decodeCmyk(photo)
        : toRaster(await decoders[header.format](toArrayBuffer(photo)))
      return toRgb(raster, header.orientation, options)
    },
  }
}

const isCmyk = ({ format, channels }: PhotoHeader): boolean => format === 'jpeg' && channels === 4

/** libjpeg has no conversion from CMYK to RGB; jpeg-js has one, in JavaScript. */
async function decodeCmyk(photo: Uint8Array): Promise<Raster> {
  const { decode } = await import('jpeg-js')
  const { data, width, height } = decode(photo, { useTArray: true, maxMemoryUsageInMB: 1024 })
  return { data, width, height, channels: 4 }
}

const toRaster = ({ data, width, height }: ImageData): Raster => ({
  data,
  width,
  height,
  channels: 4,
})

async function loadJpeg(): Promise<Decode> {
  const { default: decode, init } = await import('@jsquash/jpeg/decode.js')
  await init(await compile('@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm'))
  return (photo) => decode(photo)
}

async function loadPng(): Promise<Decode> {
  const { default: decode, init } = await import('@jsquash/png/decode.js')
  await init(await compile('@jsquash/png/codec/pkg/squoosh_png_bg.wasm'))
  return (photo) => decode(photo)
}

async function loadWebp(): Promise<Decode> {
  const { default: decode, init } = await import('@jsquash/webp/decode.js')
  await init(await compile('@jsquash/webp/codec/dec/webp_dec.wasm'))
  return (photo) => decode(photo)
}

const compile = async (file: string): Promise<WebAssembly.Module> =>
  WebAssembly.compile(await readFile(require.resolve(file)))

async function readVersion(): Promise<string> {
  const manifest = await readFile(require.resolve('@jsquash/jpeg/package.json'), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}

const toArrayBuffer = (photo: Uint8Array): ArrayBuffer => new Uint8Array(photo).buffer

/** jSquash makes browsers' ImageData, which Node does not have. */
function provideImageData(): void {
  const browser = globalThis as { ImageData?: unknown }
  browser.ImageData ??= class {
    readonly data: Uint8ClampedArray
    readonly width: number
    readonly height: number
    constructor(data: Uint8ClampedArray, width: number, height: number) {
      this.data = data
      this.width = width
      this.height = height
    }
  }
}
