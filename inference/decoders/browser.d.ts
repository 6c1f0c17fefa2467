// The two browser globals that jSquash's types speak of; Node's types lack them and the whole of lib.dom would hide mistakes.
interface ImageData {
  readonly data: Uint8ClampedArray
  readonly width: number
  readonly height: number
}

declare namespace WebAssembly {
  interface Module {
    readonly [Symbol.toStringTag]: string
  }
  function compile(bytes: Uint8Array): Promise<Module>
}
