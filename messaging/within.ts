import { setTimeout } from 'node:timers/promises'

/** What was waited for did not come in time. */
export class LateError extends Error {
  override readonly name = 'LateError'
}

/**
 * Waits for at most so many ms; what was begun goes on.
 *
 * @throws LateError; what `work` throws
 */
export async function within<Value>(ms: number, work: () => Promise<Value>): Promise<Value> {
  const stop = new AbortController()
  const late = setTimeout(ms, undefined, { signal: stop.signal }).then(() => {
    throw new LateError(`no answer within ${ms} ms`)
  })
  // It is awaited only while the race is on.
  late.catch(() => undefined)
  try {
    return await Promise.race([work(), late])
  } finally {
    stop.abort()
  }
}
