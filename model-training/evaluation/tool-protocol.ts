/** What a tool is: an engine with a model, or a decoder. */
export type ToolKind = 'engine' | 'decoder'

/** What a tool's process is asked to do, `times` times over; the answer is the last one's. */
export type ToolTask =
  | {
      readonly kind: 'decode'
      readonly photos: readonly Uint8Array[]
      readonly width: number
      readonly height: number
      readonly times: number
    }
  | {
      readonly kind: 'predict'
      /** Each [height * width * 3], 0..255. */
      readonly rgb: readonly Uint8Array[]
      readonly times: number
    }

/** What became of one photo. */
export type Decoded =
  | { readonly state: 'decoded'; readonly rgb: Uint8Array }
  | { readonly state: 'failed'; readonly reason: string }

/** What a tool's process answers. `cpuMs` is its processor time of all the times together. */
export type ToolAnswer =
  | { readonly kind: 'decode'; readonly decoded: readonly Decoded[]; readonly cpuMs: number }
  | {
      readonly kind: 'predict'
      readonly probabilities: readonly Float32Array[]
      readonly cpuMs: number
    }

/** What a tool's process says, first once about its start, then of each task in turn. */
export type ToolMessage =
  | { readonly state: 'ready'; readonly version: string }
  | { readonly state: 'failed'; readonly reason: string }
  | { readonly state: 'answered'; readonly answer: ToolAnswer }
