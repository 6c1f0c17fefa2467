import type { TrialSize } from '../run'
import type { Answer, Body, Failure, Load, LoadOptions } from './load'
import { toReason } from './reason'

/** What came back for a photo that was sent as a message. */
export type Reply = Pick<Answer, 'status' | 'body' | 'serverTiming'>

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

/** The closed loop over a broker: so many photos are in flight, each followed by the next one when it was answered. */
export async function runMessageLoop(options: MessageLoad): Promise<Load> {
  const { concurrency, size, signal } = options
  const startedAt = performance.now()
  const results: (Answer | Failure)[] = []
  let sent = 0
  const isOver = (): boolean =>
    signal.aborted ||
    ('requests' in size ? sent >= size.requests : performance.now() - startedAt >= size.duration)
  const sendOnAndOn = async (): Promise<void> => {
    while (!isOver()) results.push(await askOne(options, sent++, startedAt))
  }
  await Promise.all(Array.from({ length: concurrency }, sendOnAndOn))
  return {
    answers: results.filter((result) => 'status' in result),
    failures: results.filter((result) => 'outcome' in result),
    duration: performance.now() - startedAt,
  }
}

async function askOne(
  { link, photos, order, timeLimit, signal }: MessageLoad,
  index: number,
  startedAt: number,
): Promise<Answer | Failure> {
  const photo = order[index % order.length] ?? 0
  const body = photos[photo] ?? { bytes: Buffer.alloc(0), contentType: '' }
  const timeout = AbortSignal.timeout(timeLimit)
  const sentAt = performance.now() - startedAt
  try {
    const reply = await link.ask(body, AbortSignal.any([signal, timeout]))
    return { photo, sentAt, responseTime: performance.now() - startedAt - sentAt, ...reply }
  } catch (error) {
    return timeout.aborted
      ? { photo, sentAt, outcome: 'timed-out', message: 'no answer came in time' }
      : { photo, sentAt, outcome: 'unanswered', message: toReason(error) }
  }
}
