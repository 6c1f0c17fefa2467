import { readFile } from 'node:fs/promises'
import type { Engine } from '../engine'
import type { Model } from '../model'
import { toOnnx } from '../onnx'

/** ONNX Runtime on ONNX bytes made from the model's tfjs weights. */
export async function loadOnnx(model: Model): Promise<Engine> {
  const { InferenceSession, Tensor } = await import('onnxruntime-node')
  const session = await InferenceSession.create(toOnnx(model), {
    // One thread each and several workers serve more than several threads in one (docs/DESIGN.md).
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
  })
  const { width, height } = model.card.input
  return {
    name: 'onnx',
    version: await readVersion(),
    async predict(pixels, batch) {
      const input = new Tensor('float32', pixels, [batch, height, width, 3])
      const { probabilities } = await session.run({ pixels: input })
      return (probabilities as { data: Float32Array }).data
    },
    close: () => session.release(),
  }
}

async function readVersion(): Promise<string> {
  const manifest = await readFile(require.resolve('onnxruntime-node/package.json'), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
