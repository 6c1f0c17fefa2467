import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { TrainingFacts } from './card'
import { toFinal, type EpochLog, type Progress } from './progress'

/** A network that has learnt, and how. */
export interface MadeNetwork {
  readonly network: LayersModel
  /** Empty where there were no epochs. */
  readonly log: readonly EpochLog[]
  /** That its epochs took, in ms, those of earlier processes too. */
  readonly trainingTime: number
  /** That the teacher's features took, in ms, whenever that was; undefined without one, or where it is not known. */
  readonly teacherTime: number | undefined
  readonly facts: Pick<
    TrainingFacts,
    'method' | 'epochs' | 'epochsRun' | 'bestEpoch' | 'minutes' | 'teacher'
  >
}

/** How long a training was to be, and how long it was if patience ended it earlier. */
export function toEpochFacts(
  progress: Pick<Progress, 'log' | 'average' | 'best'>,
  epochs: number,
): Pick<TrainingFacts, 'epochs' | 'epochsRun' | 'bestEpoch'> {
  const { length } = progress.log
  const run = length < epochs ? { epochsRun: length } : {}
  return { epochs, ...run, bestEpoch: toFinal(progress, epochs).epoch }
}

/** Milliseconds as minutes, to a tenth. */
export const toMinutes = (milliseconds: number): number => Math.round(milliseconds / 6000) / 10
