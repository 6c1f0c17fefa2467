/** Which records of a partition are done, where they end in another order than they began. */
export interface OffsetWindow {
  start(offset: string): void
  /** @returns the last offset up to which all are done, where this one moved it */
  finish(offset: string): string | undefined
}

/** An empty window: what is committed has nothing unanswered before it. */
export function createOffsetWindow(): OffsetWindow {
  const started: string[] = []
  const done = new Set<string>()
  return {
    start(offset) {
      started.push(offset)
    },
    finish(offset) {
      done.add(offset)
      let last: string | undefined
      while (started[0] !== undefined && done.has(started[0])) {
        last = started.shift()
        if (last !== undefined) done.delete(last)
      }
      return last
    },
  }
}
