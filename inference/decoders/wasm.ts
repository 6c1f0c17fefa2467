import { readFile } from 'node:fs/promises'
import type { Decoder } from '../decoder'
import type { PhotoHeader } from '../photo-header'
import type { Raster } from '../resize'
import { compile, createCodec } from './codec'
import type { Decode } from './codec'
import { loadPngCodec } from './png-codec'
import { toRgb } from './raster'

/** jSquash: libjpeg (mozjpeg), libwebp and Rust's png as WebAssembly; no native code. */
export async function loadWasm(): Promise<Decoder> {
  provideImageData()
  const [jpeg, png, webp] = await Promise.all([loadJpegCodec(), loadPngCodec(), loadWebpCodec()])
  const decoders = { jpeg, png, webp }
  return {
    name: 'wasm',
    version: await readVersion(),
    async decode(photo, header, options) {
      const decode = isCmyk(header) ? decodeCmyk : decoders[header.format]
      return toRgb(await decode(photo), header.orientation, options)
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

async function loadJpegCodec(): Promise<Decode> {
  const { default: decode, init } = await import('@jsquash/jpeg/decode.js')
  const options = toOptions(
    await compile(require.resolve('@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm')),
  )
  return createCodec(async () => {
    await init(options)
    return async (photo) => toRaster(await decode(toArrayBuffer(photo)))
  })
}

async function loadWebpCodec(): Promise<Decode> {
  const { default: decode, init } = await import('@jsquash/webp/decode.js')
  const options = toOptions(await compile(require.resolve('@jsquash/webp/codec/dec/webp_dec.wasm')))
  return createCodec(async () => {
    await init(options)
    return async (photo) => toRaster(await decode(toArrayBuffer(photo)))
  })
}

type Instantiated = (instance: WebAssembly.Instance) => void

/** Emscripten's options for an instance of compiled code that prints nothing of what it finds in a photo. */
const toOptions = (module: WebAssembly.Module) => ({
  instantiateWasm(imports: WebAssembly.Imports, done: Instantiated) {
    const instance = new WebAssembly.Instance(module, imports)
    done(instance)
    return instance.exports
  },
  print: () => undefined,
  printErr: () => undefined,
})

const toRaster = ({ data, width, height }: ImageData): Raster => ({
  data,
  width,
  height,
  channels: 4,
})

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
