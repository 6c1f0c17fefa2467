/** Told how far an evaluation is: a share of 0..1, by what it costs, and what is being done. */
export type OnProgress = (progress: { readonly share: number; readonly what: string }) => void

/** Counts the work that is done. */
export interface Steps {
  /** Before the work begins: there is so much more. */
  plan(cost: number): void
  advance(cost: number, what: string): void
}

/** Tells the share of all planned work that is done. */
export function createSteps(onProgress: OnProgress | undefined): Steps {
  let [planned, done] = [0, 0]
  return {
    plan(cost) {
      planned += cost
    },
    advance(cost, what) {
      done += cost
      onProgress?.({ share: planned > 0 ? Math.min(1, done / planned) : 0, what })
    },
  }
}
