import type { Answer, Body, Failure, Load, LoadOptions } from './load'
import { toReason } from './reason'

/** What came back for one photo. */
export type Reply = Pick<Answer, 'status' | 'body' | 'serverTiming'>

interface Asking {
  readonly index: number
  /** By performance.now(). */
  readonly startedAt: number
  /** How an answer is missed that did not come in time. */
  readonly late: string
  readonly ask: (photo: Body, signal: AbortSignal) => Promise<Reply>
}

/** Asks for the photo whose turn it is, in whatever way; `sentAt` is since `startedAt`. */
export async function askOne(
  { photos, order, timeLimit, signal }: Omit<LoadOptions, 'baseUrl' | 'concurrency'>,
  { index, startedAt, late, ask }: Asking,
): Promise<Answer | Failure> {
  const photo = order[index % order.length] ?? 0
  const body = photos[photo] ?? { bytes: Buffer.alloc(0), contentType: '' }
  const timeout = AbortSignal.timeout(timeLimit)
  const sentAt = performance.now() - startedAt
  try {
    const reply = await ask(body, AbortSignal.any([signal, timeout]))
    return { photo, sentAt, responseTime: performance.now() - startedAt - sentAt, ...reply }
  } catch (error) {
    const outcome = timeout.aborted ? 'timed-out' : 'unanswered'
    return { photo, sentAt, outcome, message: timeout.aborted ? late : toReason(error) }
  }
}

/** What a load came to that began at `startedAt` and ends now. */
export const toLoad = (results: readonly (Answer | Failure)[], startedAt: number): Load => ({
  answers: results.filter((result) => 'status' in result),
  failures: results.filter((result) => 'outcome' in result),
  duration: performance.now() - startedAt,
})
