import { normalise, type ModelInput } from '../../inference/index'

/** Pixels of some photos. */
export interface PixelBatch {
  /** [photos, height, width, 3], normalised. */
  readonly pixels: Float32Array
  readonly photos: number
}

/** What serving puts together at most. */
const BATCH = 8

/**
 * Photos batch by batch, as often as they are gone through: as bytes they take a quarter of the memory. After an abort,
 * going through them throws the signal's reason.
 */
export function toPixelBatches(
  rgb: readonly Uint8Array[],
  input: ModelInput,
  signal?: AbortSignal,
): Iterable<PixelBatch> {
  return {
    *[Symbol.iterator]() {
      for (let start = 0; start < rgb.length; start += BATCH) {
        signal?.throwIfAborted()
        const some = rgb.slice(start, start + BATCH)
        const pixels = new Float32Array(some.length * input.height * input.width * 3)
        for (const [i, photo] of some.entries()) normalise(photo, input, pixels, i)
        yield { pixels, photos: some.length }
      }
    },
  }
}
