import { availableParallelism } from 'node:os'
import * as tf from '@tensorflow/tfjs-core'
import { encodeOnnx, LoadError, readManifest, toOnnxGraph } from '../inference/index'
import { toNetworkFiles } from './artifact'
import type { Backbone } from './backbone'
import { openSession } from './open-session'

/** A backbone at work. */
export interface FeatureExtractor {
  /**
   * @param pixels [photos, size, size, 3], normalised as the backbone expects; the caller disposes it
   * @returns [photos, width]
   */
  extract(pixels: tf.Tensor4D): Promise<Float32Array>
  close(): Promise<void>
}

/**
 * Opens a backbone on ONNX Runtime, which is faster (docs/DESIGN.md), or on
 * TensorFlow.js where it has layers that cannot be converted, or ONNX Runtime is not there.
 *
 * @param onNotice told that ONNX Runtime is not there, and why
 */
export async function openFeatureExtractor(
  backbone: Backbone,
  onNotice?: (notice: string) => void,
): Promise<FeatureExtractor> {
  const graph = await toGraph(backbone)
  if (graph === undefined) return onTensorflow(backbone)
  const reason = await whyNoOnnxRuntime()
  if (reason !== undefined) {
    onNotice?.(`${backbone.name} runs on TensorFlow.js, which is slower: ${reason}`)
    return onTensorflow(backbone)
  }
  const session = await openSession(encodeOnnx(graph), graph.input, availableParallelism())
  return {
    async extract(pixels) {
      const made = await session.run(pixels.dataSync<'float32'>(), pixels.shape[0])
      return Object.values(made)[0] ?? new Float32Array()
    },
    close: () => session.close(),
  }
}

async function whyNoOnnxRuntime(): Promise<string | undefined> {
  try {
    await import('onnxruntime-node')
    return undefined
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n')
    return `onnxruntime-node cannot be loaded (${reason ?? ''})`
  }
}

async function toGraph({ name, size, scale, offset, width, body }: Backbone) {
  const files = await toNetworkFiles(body)
  const manifest = readManifest(files['model.json'], name)
  // It is one, as `toNetworkFiles` has written it.
  if (manifest.format !== 'layers-model') return undefined
  const { topology, weightSpecs } = manifest
  const labels = Array.from({ length: width }, (_, i) => `feature ${i}`)
  try {
    return toOnnxGraph({
      card: { name, labels, input: { width: size, height: size, scale, offset }, output: 'logits' },
      topology,
      weightSpecs,
      weights: files['weights.bin'],
    })
  } catch (error) {
    if (error instanceof LoadError) return undefined
    throw error
  }
}

const onTensorflow = ({ body }: Backbone): FeatureExtractor => ({
  extract: (pixels) => {
    const features = tf.tidy(() => (body.predict(pixels) as tf.Tensor).dataSync<'float32'>())
    return Promise.resolve(features)
  },
  close: () => Promise.resolve(),
})
