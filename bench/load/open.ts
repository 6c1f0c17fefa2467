import { setTimeout } from 'node:timers/promises'
import { toLoad } from './ask-one'
import { toClassifyUrl } from './load'
import type { Answer, Body, Failure, Load, LoadOptions } from './load'
import { createMetronome } from './metronome'
import { createPoster, LateError } from './poster'
import type { Poster } from './poster'
import { toReason } from './reason'

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
export async function runOpenLoop(options: OpenLoopOptions): Promise<Load> {
  const { baseUrl, photos, order, arrivals, duration, mostInFlight, timeLimit, signal } = options
  const results: (Answer | Failure)[] = []
  const inFlight = new Set<Promise<void>>()
  const metronome = await createMetronome(arrivals)
  const poster = createPoster({ url: toClassifyUrl(baseUrl), timeLimit, signal })
  let startedAt = performance.now()
  let next = 0
  let end = (): void => undefined
  const note = (result: Answer | Failure): void => {
    results.push(result)
    options.onResult?.(result)
  }
  function send(index: number): void {
    const photo = order[index % order.length] ?? 0
    const plannedAt = arrivals[index] ?? 0
    if (inFlight.size >= mostInFlight) {
      note({ ...DROPPED, photo: photo % photos.length, sentAt: plannedAt })
      return
    }
    const planned = { photo, plannedAt, startedAt }
    const sending = ask(poster, photos[photo] ?? NOTHING, planned)
      .then(note)
      .finally(() => inFlight.delete(sending))
    inFlight.add(sending)
  }
  try {
    await new Promise<void>((resolve) => {
      end = resolve
      signal.addEventListener('abort', end)
      if (arrivals.length === 0 || signal.aborted) end()
      startedAt = metronome.start((due) => {
        while (next < due && !signal.aborted) send(next++)
        if (next === arrivals.length) end()
      })
    })
    await untilTime(startedAt + duration, signal)
    await Promise.all(inFlight)
  } finally {
    signal.removeEventListener('abort', end)
    poster.close()
    await metronome.stop()
  }
  return toLoad(results, startedAt)
}

interface Planned {
  readonly photo: number
  /** Since the start. */
  readonly plannedAt: number
  /** By performance.now(). */
  readonly startedAt: number
}

/** One request, timed from its planned send. */
async function ask(
  poster: Poster,
  body: Body,
  { photo, plannedAt, startedAt }: Planned,
): Promise<Answer | Failure> {
  const due = startedAt + plannedAt
  const lag = performance.now() - due
  try {
    const { reply, answeredAt } = await poster.post(body)
    return { photo, sentAt: plannedAt, lag, responseTime: answeredAt - due, ...reply }
  } catch (error) {
    const outcome = error instanceof LateError ? 'timed-out' : 'unanswered'
    return { photo, sentAt: plannedAt, lag, outcome, message: toReason(error) }
  }
}

/** A timer may come a part of a millisecond early. */
async function untilTime(at: number, signal: AbortSignal): Promise<void> {
  for (let early = at - performance.now(); early > 0; early = at - performance.now()) {
    if (signal.aborted) return
    await setTimeout(early, undefined, { signal }).catch(() => undefined)
  }
}

const NOTHING: Body = { bytes: Buffer.alloc(0), contentType: '' }
const DROPPED = {
  outcome: 'dropped',
  message: 'not sent, as too many others were on their way',
} as const
