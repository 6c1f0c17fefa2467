import * as tf from '@tensorflow/tfjs-core'
import { version_layers, type LayersModel } from '@tensorflow/tfjs-layers'
import { toPrettyJson } from './json'

/** A network as files of the TensorFlow.js layers format. */
export interface NetworkFiles {
  readonly 'model.json': Uint8Array
  readonly 'weights.bin': Uint8Array
}

/** Serialises a network: topology and weights manifest, and the weights. */
export async function toNetworkFiles(network: LayersModel): Promise<NetworkFiles> {
  let saved: tf.io.ModelArtifacts | undefined
  await network.save({
    save: (artifacts) => {
      saved = artifacts
      return Promise.resolve({
        modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' },
      })
    },
  })
  if (saved?.weightData === undefined) throw new Error('the network was saved without weights')
  const json = {
    format: 'layers-model',
    generatedBy: `TensorFlow.js tfjs-layers v${version_layers}`,
    convertedBy: null,
    modelTopology: saved.modelTopology,
    weightsManifest: [{ paths: ['weights.bin'], weights: saved.weightSpecs }],
  }
  return {
    'model.json': Buffer.from(toPrettyJson(json)),
    'weights.bin': new Uint8Array(tf.io.CompositeArrayBuffer.join(saved.weightData)),
  }
}
