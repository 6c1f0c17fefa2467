import * as tfl from '@tensorflow/tfjs-layers'
import { LOGITS_LAYER, type NetworkOptions } from './network'

/**
 * Ends a network: a dense layer from the features to the logits, and their softmax.
 *
 * @param name of the network; unnamed, it would be numbered by how many models the process has made
 * @returns a network from the input to probabilities [batch, labelCount]
 */
export function toNetwork(
  input: tfl.SymbolicTensor,
  features: ReturnType<tfl.layers.Layer['apply']>,
  {
    labelCount,
    seed,
    name,
  }: Pick<NetworkOptions, 'labelCount' | 'seed'> & { readonly name: string },
): tfl.LayersModel {
  const kernelInitializer = tfl.initializers.glorotUniform({ seed: seed * 1000 })
  const logits = tfl.layers.dense({ name: LOGITS_LAYER, units: labelCount, kernelInitializer })
  const outputs = tfl.layers.softmax({ name: 'probabilities' }).apply(logits.apply(features))
  return tfl.model({ inputs: input, outputs: outputs as tfl.SymbolicTensor, name })
}
