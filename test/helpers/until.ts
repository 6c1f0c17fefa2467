import { setTimeout } from 'node:timers/promises'

const LOOK_MS = 50

/** Looks again and again until there is something; the test's own time-out ends it. */
export async function until<Value>(look: () => Promise<Value | undefined>): Promise<Value> {
  for (;;) {
    const value = await look()
    if (value !== undefined) return value
    await setTimeout(LOOK_MS)
  }
}
