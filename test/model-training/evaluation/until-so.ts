import { setTimeout as pause } from 'node:timers/promises'

/** Six processes that load at once on a busy machine take their time. */
const TIME_LIMIT_MS = 120_000

/** Asks again and again until the answer is true; fails after two minutes with what was waited for. */
export async function untilSo(what: string, isSo: () => boolean): Promise<void> {
  const end = performance.now() + TIME_LIMIT_MS
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`waited in vain: ${what}`)
    await pause(20)
  }
}
