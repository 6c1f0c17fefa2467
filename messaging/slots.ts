/** So many may work at once. */
export interface Slots {
  readonly inUse: number
  /** Waits for a free one; first come, first served. */
  take(): Promise<void>
  give(): void
}

/** A counting semaphore. */
export function createSlots(count: number): Slots {
  const waiting: (() => void)[] = []
  let inUse = 0
  return {
    get inUse() {
      return inUse
    },
    async take() {
      if (inUse < count) inUse += 1
      else await new Promise<void>((resolve) => waiting.push(resolve))
    },
    give() {
      // The next one takes this place at once, so that nobody slips in between.
      const next = waiting.shift()
      if (next === undefined) inUse -= 1
      else next()
    },
  }
}
