/** How much is measured. */
export interface Profile {
  readonly concurrency: readonly number[]
  readonly blocks: number
  readonly requests: number
  readonly groupRepetitions: number
  readonly sequenceRequests: number
}

/** `paper` has its five repetitions and so gives no verdict, which needs ten blocks. */
export const PROFILES = {
  quick: {
    concurrency: [1, 5, 10, 20],
    blocks: 12,
    requests: 160,
    groupRepetitions: 5,
    sequenceRequests: 10,
  },
  paper: {
    concurrency: [1, 5, 10, 20],
    blocks: 5,
    requests: 200,
    groupRepetitions: 5,
    sequenceRequests: 10,
  },
  full: {
    concurrency: [1, 5, 10, 20],
    blocks: 20,
    requests: 700,
    groupRepetitions: 5,
    sequenceRequests: 10,
  },
} as const satisfies Record<string, Profile>

export type ProfileName = keyof typeof PROFILES
