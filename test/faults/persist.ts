import { setTimeout } from 'node:timers/promises'

const RETRY_MS = 500

/** Tries until it succeeds: a photo that the broker did not take was not sent. */
export async function persist(signal: AbortSignal, attempt: () => Promise<unknown>): Promise<void> {
  for (;;) {
    signal.throwIfAborted()
    try {
      await attempt()
      return
    } catch {
      await setTimeout(RETRY_MS, undefined, { signal })
    }
  }
}
