import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { TrainingFacts } from './card'
import type { EpochLog } from './progress'

/** A network that has learnt, and how. */
export interface MadeNetwork {
  readonly network: LayersModel
  /** Empty where there were no epochs. */
  readonly log: readonly EpochLog[]
  readonly facts: Pick<TrainingFacts, 'method' | 'epochs' | 'bestEpoch' | 'minutes' | 'teacher'>
}

/** pixel = value * scale + offset. */
export interface Normalisation {
  readonly scale: number
  readonly offset: number
}

export const toMinutes = (milliseconds: number): number => Math.round(milliseconds / 6000) / 10
