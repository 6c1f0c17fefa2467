/** What a model of the catalogue is asked to reach, on photos that it has not learnt from. */
export interface Asked {
  /** Of any engine with any decoder. */
  readonly accuracy: number
  /** Of labels from sources that training has no photo of together. */
  readonly heldoutSources?: number
  /** What would be better still. */
  readonly hopedFor?: number
  readonly mostMacs?: number
  readonly mostBytes?: number
}

export const ASKED: Readonly<Record<string, Asked>> = {
  'photo-net': {
    ...{ accuracy: 0.92, heldoutSources: 0.88, hopedFor: 0.95 },
    ...{ mostMacs: 60e6, mostBytes: 4e6 },
  },
  'paper-cnn': { accuracy: 0.82 },
}

/** The change that is the path that large uploads take, and the percentage points that it may cost. */
export const UPSCALED = 'upscaled'
export const MOST_POINTS_LOST = 1

/** Of two cores, the teacher's outputs included. */
export const MOST_TRAINING_MINUTES = 180
