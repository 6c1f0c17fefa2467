import { setTimeout } from 'node:timers/promises'
import type { Answered, Consume, PhotoMessage, Rejected } from '../inference'

interface SettleOptions {
  readonly signal: AbortSignal
  /** Photos are refused for the time being: false again once this one was taken. */
  readonly onOverloaded?: (isOverloaded: boolean) => void
}

/** A photo that was late so often is late for a reason of its own. */
const MAX_ATTEMPTS = 3

/**
 * Asks until it is known what becomes of a message.
 *
 * A full queue passes by itself, so it is waited for without end: a message that waits is not lost.
 *
 * @throws AbortError of the signal: nothing became of it
 */
export async function settle(
  consume: Consume,
  message: PhotoMessage,
  { signal, onOverloaded = () => undefined }: SettleOptions,
): Promise<Answered | Rejected> {
  let isOverloaded = false
  const tell = (value: boolean): void => {
    if (value !== isOverloaded) onOverloaded(value)
    isOverloaded = value
  }
  try {
    for (let attempts = 1; ;) {
      const answer = await consume(message, signal)
      if (answer.state !== 'postponed') return answer
      tell(answer.code === 'OVERLOADED')
      if (answer.code !== 'OVERLOADED' && ++attempts > MAX_ATTEMPTS) return answer.rejected
      await setTimeout(spread(answer.retryAfterMs), undefined, { signal })
    }
  } finally {
    tell(false)
  }
}

/** All that were refused were told the same time, and would come back at once. */
const spread = (ms: number): number => ms * (1 + Math.random() / 2)
