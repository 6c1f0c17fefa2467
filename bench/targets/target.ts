import type { MessageLink } from '../load/messages'
import type { TargetFacts } from '../run'

/** The running thing under load. */
export interface Target {
  /** What is known of it by now: a function that loads its model at the first call tells it then. */
  readonly facts: TargetFacts
  /** Requests go to `${baseUrl}/classify`. */
  readonly baseUrl: string
  /** The same, straight to its pod, past what else leads there; absent where that cannot be reached from here. */
  readonly directUrl?: string
  /** Where photos go to it as messages: in place of requests, which nothing but its own answers are asked by then. */
  readonly link?: MessageLink
  /** CPU seconds used so far by `cpuSource`, null if it has none or does not answer. Costs the target about 1 ms. */
  readCpuSeconds(): Promise<number | null>
  /** The same by `cpuWitness`, which costs the target nothing; null if there is none. */
  readWitnessCpuSeconds(): Promise<number | null>
  /**
   * The same as somebody else counts it who is late; absent where nobody does. Costs the target nothing.
   */
  readonly readLateCpu?: () => Promise<LateCpu | null>
  /** Forgets the peak so far. */
  resetPeakMemory(): Promise<void>
  /** The peak since the last reset by `memorySource`, null if it has none. */
  readPeakMemoryBytes(): Promise<number | null>
  /** Resolves, with the reason in words, if it ends before it is stopped; never for a remote one. */
  readonly ended: Promise<string>
  /** Ends it and removes what was made for it; again: waits for the same end. */
  stop(): Promise<void>
}

/** CPU seconds used by a time in the past. */
export interface LateCpu {
  readonly seconds: number
  /** ms, by the counter's clock. */
  readonly at: number
}

/** A target cannot be used. The message says what was wrong and what to do. */
export class TargetError extends Error {
  override readonly name = 'TargetError'
}
