import { setTimeout } from 'node:timers/promises'
import type { Side } from './side'

/** The number of records on photos, looked up again and again. */
export interface Watch {
  readonly count: number
  /** Resolves once there are so many. */
  until(count: number): Promise<void>
}

interface WatchOptions {
  readonly signal: AbortSignal
  readonly onCount: (count: number) => void
}

const LOOK_MS = 200

/** Looks whenever somebody waits; a broker that is away is asked again. */
export function watchOutcomes(
  side: Pick<Side, 'countOutcomes'>,
  { signal, onCount }: WatchOptions,
): Watch {
  let count = 0
  return {
    get count() {
      return count
    },
    async until(wanted) {
      while (count < wanted) {
        await setTimeout(LOOK_MS, undefined, { signal })
        count = await side.countOutcomes().catch(() => count)
        onCount(count)
      }
    },
  }
}
