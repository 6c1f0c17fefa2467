import { setTimeout } from 'node:timers/promises'

interface BackoffOptions {
  readonly signal: AbortSignal
  /** Told of each failure, and after how many ms it is tried again. */
  readonly onFailure: (error: unknown, delayMs: number) => void
  /** What trying again cannot mend. */
  readonly isFinal?: (error: unknown) => boolean
  readonly firstMs?: number
  readonly mostMs?: number
}

/** Of the delay, so much is left to chance, so that not all come back at once. */
const JITTER = 0.5

/**
 * Tries until it succeeds, at longer and longer intervals.
 *
 * @throws what is final; AbortError of the signal
 */
export async function retry<Value>(
  attempt: () => Promise<Value>,
  { signal, onFailure, isFinal = () => false, firstMs = 100, mostMs = 5000 }: BackoffOptions,
): Promise<Value> {
  for (let delayMs = firstMs; ; delayMs = Math.min(2 * delayMs, mostMs)) {
    signal.throwIfAborted()
    try {
      return await attempt()
    } catch (error) {
      if (isFinal(error)) throw error
      const waitMs = Math.round(delayMs * (1 - JITTER * Math.random()))
      onFailure(error, waitMs)
      await setTimeout(waitMs, undefined, { signal })
    }
  }
}
