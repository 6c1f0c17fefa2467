import { toReadingLine } from './log'

/** What takes longer than this, in ms, says how far it has come, and again as often. */
const TELL_EVERY = 5000

/** An epoch says it once it is over; a long one within it, too. */
const TELL_STEPS_EVERY = 30_000

/** Passes on what it is told only if that was `every` ms ago or longer, at first since now. */
export function seldom<T>(tell: (value: T) => void, every = TELL_EVERY): (value: T) => void {
  let toldAt = performance.now()
  return (value) => {
    if (performance.now() - toldAt < every) return
    toldAt = performance.now()
    tell(value)
  }
}

/** Says now and then how many of all photos are done, and how long the rest will take. */
export function tellProgress(
  task: string,
  say: (line: string) => void,
  every = TELL_EVERY,
): (done: number, all: number) => void {
  const startedAt = performance.now()
  const tell = seldom(say, every)
  let first: number | undefined
  return (done, all) => {
    first ??= done
    // One says nothing of how long the next will take.
    if (done === first) return
    const timeLeft = ((performance.now() - startedAt) / (done - first)) * (all - done)
    tell(toReadingLine({ task, done, total: all, timeLeft }))
  }
}

/** How many steps of an epoch are done. */
export interface StepProgress {
  /** From 1. */
  readonly epoch: number
  readonly done: number
  readonly all: number
}

/** Says now and then within a long epoch how many of its steps are done. */
export function tellSteps(
  epochs: number,
  say: (line: string) => void,
  every = TELL_STEPS_EVERY,
): (progress: StepProgress) => void {
  let telling:
    { readonly epoch: number; readonly tell: ReturnType<typeof tellProgress> } | undefined
  return ({ epoch, done, all }) => {
    if (telling?.epoch !== epoch) {
      telling = { epoch, tell: tellProgress(`steps of epoch ${epoch}/${epochs}`, say, every) }
    }
    telling.tell(done, all)
  }
}
