import type { Raster } from '../resize'
import { compile, createCodec } from './codec'
import type { Decode } from './codec'

/** What jSquash's PNG decoder exports, as far as it is used. */
interface PngExports {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly decode: (address: number, length: number) => void
  readonly __wbindgen_malloc: (length: number, alignment: number) => number
  readonly __wbindgen_free: (address: number, length: number, alignment: number) => void
}

/** Rust's png, called without the JavaScript of its package, which holds one instance for ever. */
export async function loadPngCodec(): Promise<Decode> {
  const module = await compile(require.resolve('@jsquash/png/codec/pkg/squoosh_png_bg.wasm'))
  return createCodec(() => Promise.resolve(start(module)))
}

function start(module: WebAssembly.Module): Decode {
  let raster: Raster | undefined
  /** Called with RGBA values that become ours to free. */
  function take(address: number, length: number, width: number, height: number): number {
    const data = new Uint8Array(png.memory.buffer, address, length).slice()
    png.__wbindgen_free(address, length, 1)
    raster = { data, width, height, channels: 4 }
    return 0
  }
  function fail(address: number, length: number): never {
    throw new Error(Buffer.from(png.memory.buffer, address, length).toString())
  }
  const instance = new WebAssembly.Instance(module, toImports(module, take, fail))
  const png = instance.exports as unknown as PngExports

  return (photo) => {
    const address = png.__wbindgen_malloc(photo.length, 1)
    new Uint8Array(png.memory.buffer).set(photo, address)
    png.decode(address, photo.length)
    if (raster === undefined) throw new Error('the png decoder gave nothing')
    const decoded = raster
    raster = undefined
    return Promise.resolve(decoded)
  }
}

/** wasm-bindgen ends the names of its imports with a hash that changes by version. */
function toImports(
  module: WebAssembly.Module,
  take: (address: number, length: number, width: number, height: number) => number,
  fail: (address: number, length: number) => never,
): WebAssembly.Imports {
  const toImport = (name: string): ((...values: number[]) => unknown) => {
    if (name.startsWith('__wbg_newwithownedu8clampedarray')) return take
    if (name === '__wbindgen_throw') return fail
    return () => undefined
  }
  const names = WebAssembly.Module.imports(module).map(({ name }) => name)
  return { wbg: Object.fromEntries(names.map((name) => [name, toImport(name)])) }
}
