// The few browser globals that WebAssembly takes; Node's types lack them and the whole of lib.dom would hide mistakes.
interface ImageData {
  readonly data: Uint8ClampedArray
  readonly width: number
  readonly height: number
}

declare namespace WebAssembly {
  type Imports = Readonly<Record<string, Readonly<Record<string, unknown>>>>
  interface Module {
    readonly [Symbol.toStringTag]: string
  }
  const Module: { imports(module: Module): readonly { readonly name: string }[] }
  class Instance {
    readonly exports: Readonly<Record<string, unknown>>
    constructor(module: Module, imports: Imports)
  }
  function compile(bytes: Uint8Array): Promise<Module>
}
