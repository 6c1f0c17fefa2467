import { toReadingLine } from './log'

/** What takes longer than this, in ms, says how far it has come, and again as often. */
const TELL_EVERY = 5000

/** Says now and then how many of all photos are done, and how long the rest will take. */
export function tellProgress(
  task: string,
  say: (line: string) => void,
): (done: number, all: number) => void {
  const startedAt = performance.now()
  let toldAt = startedAt
  let first: number | undefined
  return (done, all) => {
    first ??= done
    const now = performance.now()
    if (now - toldAt < TELL_EVERY || done === first) return
    toldAt = now
    const timeLeft = ((now - startedAt) / (done - first)) * (all - done)
    say(toReadingLine({ task, done, total: all, timeLeft }))
  }
}
