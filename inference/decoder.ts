import { join } from 'node:path'
import { loadJimp } from './decoders/jimp'
import { loadSharp } from './decoders/sharp'
import { loadTurbo } from './decoders/turbo'
import { loadWasm } from './decoders/wasm'
import { LoadError } from './errors'
import type { PhotoHeader } from './photo-header'

/** Names of the decoders; what is measured of them is measured against the first. */
export const DECODERS = ['sharp', 'turbo', 'wasm', 'jimp'] as const
/** They read all that is accepted, the fastest first; turbo leaves to them what it does not read. */
const ALL_FORMATS = ['sharp', 'wasm', 'jimp'] as const
/** `auto` takes the first that loads. */
const AUTO = ['turbo', ...ALL_FORMATS] as const
export type DecoderName = (typeof DECODERS)[number]
export type DecoderChoice = DecoderName | 'auto'

/** What a decoder is to make of a photo. */
export interface DecodeOptions {
  readonly width: number
  readonly height: number
  readonly maxTimeMs: number
}

/** Turns an accepted photo's bytes into oriented, resized RGB values. */
export interface Decoder {
  readonly name: DecoderName
  readonly version: string
  /**
   * @returns RGB, [height * width * 3], 0..255; EXIF orientation applied, alpha over white, ICC profiles ignored
   * @throws what the library throws; `decode` in photo.ts makes CORRUPT_PHOTO of it
   */
  decode(photo: Uint8Array, header: PhotoHeader, options: DecodeOptions): Promise<Uint8Array>
}

// Each of them imports its library only when it is called.
const LOADERS: Readonly<Record<DecoderName, (codecsFolder: string) => Promise<Decoder>>> = {
  turbo: (codecsFolder) => loadTurbo(codecsFolder, () => loadFirst(ALL_FORMATS, codecsFolder)),
  sharp: loadSharp,
  wasm: loadWasm,
  jimp: loadJimp,
}

/**
 * Photos that a worker takes at once. Slow decoders take them one by one on the worker's own thread: there a photo would
 * wait for the others of its batch longer than predicting them together saves.
 */
export const toLargestBatch = (decoder: DecoderName, maxBatch: number): number =>
  decoder === 'wasm' || decoder === 'jimp' ? 1 : maxBatch

/** Where codecs are that are ours, as far as this is not in a bundle. */
export const CODECS_FOLDER = join(__dirname, 'codecs')

/**
 * Loads a decoder and only that one.
 *
 * @param codecsFolder where codecs are that are ours
 * @throws LoadError DECODER_UNAVAILABLE with every reason, if none could be loaded
 */
export const loadDecoder = (
  choice: DecoderChoice = 'auto',
  codecsFolder = CODECS_FOLDER,
): Promise<Decoder> => loadFirst(choice === 'auto' ? AUTO : [choice], codecsFolder)

async function loadFirst(names: readonly DecoderName[], codecsFolder: string): Promise<Decoder> {
  const reasons: string[] = []
  for (const name of names) {
    try {
      return await LOADERS[name](codecsFolder)
    } catch (error) {
      reasons.push(`${name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  throw new LoadError('DECODER_UNAVAILABLE', `no decoder could be loaded (${reasons.join('; ')})`)
}
