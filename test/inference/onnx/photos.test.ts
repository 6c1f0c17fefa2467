import assert from 'node:assert/strict'
import * as tf from '@tensorflow/tfjs-core'
import { decode, loadDecoder, loadEngine, loadModel, normalise } from '../../../inference'
import type { EngineName, Model } from '../../../inference'
import { COMMITTED_LAYERS_MODELS } from '../../helpers/committed-models'
import { readSamplePhotos } from '../../helpers/sample-photos'
import { skipUnless } from '../../helpers/optional'
import { whyNoTensorflow } from '../../helpers/tensorflow'

const PHOTOS = 100
const PER_LABEL = PHOTOS / 5
const BATCH = 8

for (const { name: modelName, folder } of COMMITTED_LAYERS_MODELS) {
  describe(`on 100 real photos ONNX answers to 1e-4 as TensorFlow.js does: ${modelName}`, () => {
    let backend: string | undefined
    let model: Model
    let pixels: Float32Array
    let onnx: Float32Array

    before(async function () {
      const photos = (await readSamplePhotos(this, PER_LABEL)).slice(0, PHOTOS)
      assert.equal(photos.length, PHOTOS)
      backend = tf.getBackend()
      model = await loadModel(folder)
      pixels = await toPixels(
        model,
        photos.map(({ bytes }) => bytes),
      )
      onnx = await predict('onnx')
      assert.ok(new Set(onnx).size > PHOTOS)
    })

    // TensorFlow.js' backend is one for all tests of this thread.
    after(() => backend && tf.setBackend(backend))

    it('on wasm', async () => {
      assertSame(await predict('wasm'), onnx)
      assert.equal(tf.getBackend(), 'wasm')
    })

    it('on tensorflow', async function () {
      skipUnless(this, whyNoTensorflow())
      // Its first import makes it the backend, later ones do not.
      const first = await loadEngine(model, 'tensorflow')
      await first.close()
      await tf.setBackend('tensorflow')
      assertSame(await predict('tensorflow'), onnx)
      assert.equal(tf.getBackend(), 'tensorflow')
    })

    async function predict(name: EngineName): Promise<Float32Array> {
      const engine = await loadEngine(model, name)
      try {
        const length = pixels.length / PHOTOS
        const probabilities: number[] = []
        for (let at = 0; at < PHOTOS; at += BATCH) {
          const batch = Math.min(BATCH, PHOTOS - at)
          const some = pixels.slice(at * length, (at + batch) * length)
          probabilities.push(...(await engine.predict(some, batch)))
        }
        return Float32Array.from(probabilities)
      } finally {
        await engine.close()
      }
    }
  })
}

async function toPixels({ card }: Model, photos: readonly Uint8Array[]): Promise<Float32Array> {
  const { input } = card
  const decoder = await loadDecoder('sharp')
  const pixels = new Float32Array(photos.length * input.height * input.width * 3)
  for (const [i, photo] of photos.entries()) {
    const rgb = await decode(photo, { decoder, width: input.width, height: input.height })
    normalise(rgb, input, pixels, i)
  }
  return pixels
}

function assertSame(actual: Float32Array, expected: Float32Array): void {
  assert.equal(actual.length, expected.length)
  const differences = actual.map((value, i) => Math.abs(value - expected[i]!))
  const largest = Math.max(...differences)
  assert.ok(largest <= 1e-4, `differs by up to ${String(largest)}`)
}
