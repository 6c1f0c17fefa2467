import { setTimeout } from 'node:timers/promises'

const POLL_MS = 250
const LIMIT_MS = 90_000

/**
 * Asks again and again until there is an answer.
 *
 * @param look undefined where it is not so far yet; what it throws counts as that, too
 * @throws Error naming what was waited for, with what `look` threw last
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined>,
  limitMs = LIMIT_MS,
): Promise<T> {
  const deadline = performance.now() + limitMs
  let cause: unknown
  while (performance.now() < deadline) {
    try {
      const found = await look()
      if (found !== undefined) return found
    } catch (error) {
      cause = error
    }
    await setTimeout(POLL_MS)
  }
  throw new Error(`waited ${limitMs / 1000} s in vain for ${what}`, { cause })
}
