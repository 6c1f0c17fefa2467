/** How much is measured. */
export interface Profile {
  readonly concurrency: readonly number[]
  readonly blocks: number
  /** Of the open loop, whose trials last for seconds. */
  readonly openLoopBlocks: number
  readonly requests: number
  readonly groupRepetitions: number
  readonly sequenceRequests: number
}

/**
 * Many short blocks tell more in the same time than few long ones: what a shared machine does lasts longer than a trial, and
 * stays in its block. `paper` has its five repetitions and so gives no verdict, which needs ten blocks.
 */
export const PROFILES = {
  quick: {
    concurrency: [1, 5, 10, 20],
    blocks: 36,
    openLoopBlocks: 12,
    requests: 80,
    groupRepetitions: 5,
    sequenceRequests: 10,
  },
  paper: {
    concurrency: [1, 5, 10, 20],
    blocks: 5,
    openLoopBlocks: 5,
    requests: 200,
    groupRepetitions: 5,
    sequenceRequests: 10,
  },
  full: {
    concurrency: [1, 5, 10, 20],
    blocks: 100,
    openLoopBlocks: 20,
    requests: 160,
    groupRepetitions: 5,
    sequenceRequests: 10,
  },
} as const satisfies Record<string, Profile>

export type ProfileName = keyof typeof PROFILES
