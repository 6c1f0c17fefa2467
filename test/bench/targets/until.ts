import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

const TIME_LIMIT_MS = 10_000

/** Asks again and again until the answer is true; fails after 10 s with what was waited for. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + TIME_LIMIT_MS
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`waited in vain: ${what}`)
    await pause(10)
  }
}

/** Whether a process is there, and not only its entry, which stays where nobody asks how it ended. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch (error) {
    // It is there, but this system has no /proc.
    return (error as NodeJS.ErrnoException).code === 'ENOENT' && process.platform !== 'linux'
  }
}
