import type { ModelCard, OnnxGraph } from '../../../inference/index'
import type { PixelBatch } from '../pixel-batches'
import { predictByEngine } from '../predict-by-engine'
import { toOnnxModel } from '../to-onnx-model'
import { activateBeforePooling } from './activate-before-pooling'
import { chooseRange, RANGE_METHODS, type RangeMethod } from './choose-range'
import { toDivergence } from './divergence'
import { dropUnusedConstants } from './drop-unused-constants'
import { foldNormalisations } from './fold-normalisations'
import { observeTensors } from './observe-tensors'
import { planQuantisation } from './plan-quantisation'
import { QuantisationError } from './quantisation-error'
import { quantiseGraph } from './quantise-graph'
import type { WeightBits } from './quantise-weights'

/** A model in 8 bits, and how it was come by. */
export interface QuantisedModel {
  readonly graph: OnnxGraph
  readonly ranges: RangeMethod
  /** Of each way to choose the ranges, from the float32 model on the validation photos, in nats. */
  readonly divergences: Readonly<Record<RangeMethod, number>>
}

export interface QuantisationOptions {
  /** Of the model that the graph is of. */
  readonly card: ModelCard
  readonly weightBits: WeightBits
  /** What the ranges of values are looked for in. */
  readonly calibration: Iterable<PixelBatch>
  /** What the way to cut them off is chosen by. */
  readonly validation: Iterable<PixelBatch>
}

/**
 * Makes a graph that computes in 8 bits of one that computes in float32: batch norms become part of the weights, values
 * between the layers get the ranges that they have on photos.
 *
 * @throws QuantisationError if there is nothing to be gained, or a value is no finite number; LoadError ENGINE_UNAVAILABLE
 */
export async function quantiseModel(
  graph: OnnxGraph,
  { card, weightBits, calibration, validation }: QuantisationOptions,
): Promise<QuantisedModel> {
  const folded = activateBeforePooling(foldNormalisations(graph))
  const plan = planQuantisation(folded)
  if (plan.layers.size === 0) {
    throw new QuantisationError(
      'there is nothing to compute in 8 bits: a first convolution and the last layer stay in float32, ' +
        'and there is no other convolution or dense layer',
    )
  }
  const histograms = await observeTensors(folded, [...new Set(plan.tensors.values())], calibration)
  const predict = (one: OnnxGraph) => predictByEngine(toOnnxModel(one, card), 'onnx', validation)
  const expected = await predict(graph)
  const candidates: (Omit<QuantisedModel, 'divergences'> & { readonly divergence: number })[] = []
  for (const ranges of RANGE_METHODS) {
    const chosen = [...histograms].map(
      ([name, histogram]) => [name, chooseRange(histogram, ranges)] as const,
    )
    const options = { ranges: new Map(chosen), weightBits }
    const quantised = dropUnusedConstants(quantiseGraph(folded, plan, options))
    const divergence = toDivergence(expected, await predict(quantised))
    candidates.push({ ranges, graph: quantised, divergence })
  }
  const best = candidates.reduce((least, one) => (one.divergence < least.divergence ? one : least))
  const divergences = Object.fromEntries(
    candidates.map(({ ranges, divergence }) => [ranges, divergence]),
  ) as QuantisedModel['divergences']
  return { ranges: best.ranges, graph: best.graph, divergences }
}
