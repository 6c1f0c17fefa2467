import { setTimeout } from 'node:timers/promises'

const POLL_MS = 500

/** Whether it came to be so in time. */
export async function waitUntil(look: () => Promise<boolean>, waitMs: number): Promise<boolean> {
  const deadline = performance.now() + waitMs
  while (!(await look())) {
    if (performance.now() > deadline) return false
    await setTimeout(POLL_MS)
  }
  return true
}
