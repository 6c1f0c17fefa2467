/** What codecs/jpeg/jpeg.c exports; addresses and sizes are bytes of its memory. */
interface JpegExports {
  readonly memory: { readonly buffer: ArrayBuffer }
  _initialize(): void
  /** @returns 0 where there is none left */
  reserve(bytes: number): number
  release(address: number): void
  decode(photo: number, bytes: number, rgb: number, width: number, height: number): void
}

/** How a photo is decoded. */
export interface JpegOptions {
  /** Of the result, before it is turned. */
  readonly width: number
  readonly height: number
  readonly maxTimeMs: number
}

/** Memory of an instance only grows; one that large has had a photo with many pixels, and is not kept. */
const MOST_BYTES = 16 * 1024 * 1024

/**
 * Decodes and resizes JPEGs with libjpeg-turbo on the calling thread.
 *
 * @param module compiled codecs/jpeg.wasm
 * @returns a function that gives RGB values as stored, [height * width * 3], and throws what is wrong with the photo
 */
export function createJpegCodec(
  module: WebAssembly.Module,
): (photo: Uint8Array, options: JpegOptions) => Uint8Array {
  let kept: Instance | undefined
  return (photo, options) => {
    const instance = kept ?? start(module)
    // One that fails is left as it is, and so are its stack and memory.
    kept = undefined
    const rgb = instance.decode(photo, options)
    if (instance.bytes() <= MOST_BYTES) kept = instance
    return rgb
  }
}

interface Instance {
  decode(photo: Uint8Array, options: JpegOptions): Uint8Array
  bytes(): number
}

function start(module: WebAssembly.Module): Instance {
  let deadline = 0
  const env = {
    fail(code: number): never {
      throw new Error(`libjpeg's error ${code}`)
    },
    checkTime(): void {
      if (performance.now() > deadline) throw new Error('timeout: the photo takes too long')
    },
  }
  const { exports } = new WebAssembly.Instance(module, { env })
  const jpeg = exports as unknown as JpegExports
  jpeg._initialize()

  function reserve(bytes: number): number {
    const address = jpeg.reserve(bytes)
    if (address === 0) throw new Error('there is no memory left for the photo')
    return address
  }

  return {
    decode(photo, { width, height, maxTimeMs }) {
      deadline = performance.now() + maxTimeMs
      const length = width * height * 3
      const [from, to] = [reserve(photo.length), reserve(length)]
      new Uint8Array(jpeg.memory.buffer).set(photo, from)
      jpeg.decode(from, photo.length, to, width, height)
      const rgb = new Uint8Array(jpeg.memory.buffer, to, length).slice()
      jpeg.release(from)
      jpeg.release(to)
      return rgb
    },
    bytes: () => jpeg.memory.buffer.byteLength,
  }
}
