import type { OnnxGraph } from '../inference/index'

/** An ONNX model at work. */
export interface Session {
  /**
   * @param pixels [photos, height, width, 3]
   * @returns each output by its name
   */
  run(pixels: Float32Array, photos: number): Promise<Readonly<Record<string, Float32Array>>>
  close(): Promise<void>
}

/**
 * Loads ONNX bytes that have other outputs than those that serving takes.
 *
 * @param threads that one run takes
 * @throws Error if ONNX Runtime cannot be loaded, or refuses the model
 */
export async function openSession(
  onnx: Uint8Array,
  { name, dimensions = [] }: OnnxGraph['input'],
  threads = 1,
): Promise<Session> {
  const { InferenceSession, Tensor } = await import('onnxruntime-node')
  const session = await InferenceSession.create(onnx, {
    intraOpNumThreads: threads,
    logSeverityLevel: 3,
  })
  const sizes = dimensions.slice(1).map(Number)
  return {
    async run(pixels, photos) {
      const made = await session.run({ [name]: new Tensor('float32', pixels, [photos, ...sizes]) })
      return Object.fromEntries(
        Object.entries(made).map(([output, { data }]) => [output, data as Float32Array]),
      )
    },
    close: () => session.release(),
  }
}
