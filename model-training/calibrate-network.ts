import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { predict, toJudgements } from './evaluate'
import { countHits } from './evaluation/metrics'
import { fitTemperature } from './evaluation/temperature'
import { LOGITS_LAYER } from './networks/network'
import type { Normalisation } from './normalisation'
import type { LabelledPhotos } from './photos'

/** With fewer wrong ones, a temperature is chance: with none, the lowest were the best, and the network sure of all. */
const FEWEST_WRONG = 3

/**
 * Divides a network's logits by the temperature with the lowest loss on the validation part (Guo et al. 2017), in
 * place: its probabilities mean what they say, and what it predicts stays.
 *
 * @returns the temperature; undefined, and nothing is changed, where too few of its predictions are wrong
 */
export function calibrateNetwork(
  network: LayersModel,
  validation: LabelledPhotos,
  normalisation: Normalisation,
): number | undefined {
  const judgements = toJudgements(predict(network, validation, normalisation), validation.labels)
  if (judgements.length - countHits(judgements) < FEWEST_WRONG) return undefined
  const temperature = fitTemperature(judgements)
  const logits = network.getLayer(LOGITS_LAYER)
  tf.tidy(() => {
    logits.setWeights(logits.getWeights().map((weights) => tf.div(weights, temperature)))
  })
  return temperature
}
