import * as tf from '@tensorflow/tfjs-core'
import { loadLayersModel, type LayersModel } from '@tensorflow/tfjs-layers'
import type { WeightSpec } from '../../inference/manifest'
import type { LayersModel as Model } from '../../inference/model'

interface ModelFields {
  readonly topology: Model['topology']
  readonly weightSpecs: readonly WeightSpec[]
  readonly weights: Uint8Array
  readonly labels: number
  readonly height: number
  readonly width: number
}

/** What `loadModel` would give of a network, had it been saved with a card. */
export async function toModel(network: LayersModel): Promise<Model> {
  const saved: tf.io.ModelArtifacts[] = []
  await network.save(
    tf.io.withSaveHandler((artifacts) => {
      saved.push(artifacts)
      return Promise.resolve({ modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) })
    }),
  )
  const [, height, width] = network.inputs[0]?.shape ?? []
  const { modelTopology, weightSpecs, weightData } = saved[0] ?? {}
  return createModel({
    topology: modelTopology as Model['topology'],
    weightSpecs: (weightSpecs ?? []) as WeightSpec[],
    weights: new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData)),
    labels: network.outputs[0]?.shape.at(-1) ?? 0,
    height: height ?? 0,
    width: width ?? 0,
  })
}

/** A model with a card made up for it. */
export function createModel({ labels, height, width, weights, ...rest }: ModelFields): Model {
  const shared = new Uint8Array(new SharedArrayBuffer(weights.byteLength))
  shared.set(weights)
  const card = {
    name: 'test',
    labels: Array.from({ length: labels }, (_, index) => `label ${String(index)}`),
    input: { width, height, scale: 1, offset: 0 },
    files: {},
    sha256: '0'.repeat(64),
  }
  return { format: 'layers-model', ...rest, card, weights: shared }
}

/** The network that TensorFlow.js itself loads from a model. */
export async function toNetwork({ topology, weightSpecs, weights }: Model): Promise<LayersModel> {
  const handler = tf.io.fromMemory({
    modelTopology: topology,
    // tfjs' type asks for scale and min of float16 weights, too, which have none.
    weightSpecs: weightSpecs as unknown as tf.io.WeightsManifestEntry[],
    weightData: weights.slice().buffer,
  })
  return loadLayersModel(handler)
}
