import { setTimeout } from 'node:timers/promises'
import { toLoad } from './ask-one'
import type { Answer, Failure, Load, LoadOptions } from './load'
import { sendOne } from './single'

/** More than any server here can have on its way within a request's time limit and still be of use. */
export const MOST_IN_FLIGHT = 1000

/** What an open loop sends, and when. */
export interface OpenLoopOptions extends Omit<LoadOptions, 'concurrency'> {
  /** When each request is to be sent, ms since the start, ascending. */
  readonly arrivals: readonly number[]
  /** How long requests are offered, ms: the load lasts as long, also where none comes at its end. */
  readonly duration: number
  /** Requests beyond so many on their way are not sent, but counted as `dropped`. */
  readonly mostInFlight: number
  /** Told each answer or failure as it comes. */
  readonly onResult?: (result: Answer | Failure) => void
}

/**
 * The open loop: each request is sent when it is planned, whether or not others were answered, on a connection of its
 * own, as by users who know nothing of each other. Times count from the planned send, so that a server that stalls, or
 * a load generator that comes late, does not hide how long a user would have waited; `lag` says how late it was sent.
 */
export async function runOpenLoop({
  arrivals,
  duration,
  mostInFlight,
  onResult,
  ...options
}: OpenLoopOptions): Promise<Load> {
  const { photos, order, signal } = options
  const results: (Answer | Failure)[] = []
  const inFlight = new Set<Promise<void>>()
  const startedAt = performance.now()
  const note = (result: Answer | Failure): void => {
    results.push(result)
    onResult?.(result)
  }
  async function send(index: number, plannedAt: number): Promise<void> {
    const result = await sendOne(options, index, startedAt)
    const lag = result.sentAt - plannedAt
    const planned = { ...result, sentAt: plannedAt, lag }
    note('status' in planned ? { ...planned, responseTime: planned.responseTime + lag } : planned)
  }
  for (const [index, plannedAt] of arrivals.entries()) {
    await untilTime(startedAt + plannedAt, signal)
    if (signal.aborted) break
    if (inFlight.size >= mostInFlight) {
      const photo = order[index % order.length] ?? 0
      note({ ...DROPPED, photo: photo % photos.length, sentAt: plannedAt })
      continue
    }
    const sending = send(index, plannedAt).finally(() => inFlight.delete(sending))
    inFlight.add(sending)
  }
  await untilTime(startedAt + duration, signal)
  await Promise.all(inFlight)
  return toLoad(results, startedAt)
}

/** A timer may come a part of a millisecond early. */
async function untilTime(at: number, signal: AbortSignal): Promise<void> {
  for (let early = at - performance.now(); early > 0; early = at - performance.now()) {
    if (signal.aborted) return
    await setTimeout(early, undefined, { signal }).catch(() => undefined)
  }
}

const DROPPED = {
  outcome: 'dropped',
  message: 'not sent, as too many others were on their way',
} as const
