import type { LayersModel } from '@tensorflow/tfjs-layers'
import { toFunctional, toSequential, withRandomWeights } from './networks'
import { FUNCTIONAL, SEQUENTIAL } from './supported'

/** A network for each thing that can be converted, with random weights. */
export const CONVERTIBLE: readonly (readonly [name: string, build: () => LayersModel])[] = [
  ...SEQUENTIAL.map(([name, build]) => [name, () => toSequential(build())] as const),
  ...FUNCTIONAL.map(([name, connect]) => [name, () => toFunctional(connect)] as const),
].map(([name, build]) => [name, () => withRandomWeights(build())])
