import type { TrialSize } from '../trial-size'
import { askOne, toLoad } from './ask-one'
import type { Reply } from './ask-one'
import type { Answer, Body, Failure, Load, LoadOptions } from './load'

/** A way to a target that is no HTTP: a photo goes as a message, and its answer comes as another. */
export interface MessageLink {
  /**
   * Sends a photo and waits for its answer.
   *
   * @throws what the broker says; the signal's reason
   */
  ask(photo: Body, signal: AbortSignal): Promise<Reply>
  /** Answers so far to photos that had one before. */
  readonly duplicates: number
  close(): Promise<void>
}

type MessageLoad = Omit<LoadOptions, 'baseUrl'> & {
  readonly link: MessageLink
  readonly size: TrialSize
}

const LATE = 'no answer came in time'

/** The closed loop over a broker: so many photos are in flight, each followed by the next one when it was answered. */
export async function runMessageLoop(options: MessageLoad): Promise<Load> {
  const { link, concurrency, size, signal } = options
  const ask: MessageLink['ask'] = (photo, limits) => link.ask(photo, limits)
  const startedAt = performance.now()
  const results: (Answer | Failure)[] = []
  let sent = 0
  const isOver = (): boolean =>
    signal.aborted ||
    ('requests' in size ? sent >= size.requests : performance.now() - startedAt >= size.duration)
  const sendOnAndOn = async (): Promise<void> => {
    while (!isOver()) {
      results.push(await askOne(options, { index: sent++, startedAt, late: LATE, ask }))
    }
  }
  await Promise.all(Array.from({ length: concurrency }, sendOnAndOn))
  return toLoad(results, startedAt)
}
