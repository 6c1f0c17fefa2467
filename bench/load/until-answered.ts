import { setTimeout } from 'node:timers/promises'
import { toPrediction } from './answer'
import type { Prediction } from './answer'
import { toClassifyUrl } from './load'
import type { Body } from './load'
import { post } from './single'

interface UntilAnsweredOptions {
  readonly baseUrl: string
  readonly photo: Body
  readonly signal: AbortSignal
  /** How long a connection may take, ms. */
  readonly connectLimit?: number
}

/** The first answer of a target that starts; points of time are `performance.now()`. */
interface FirstAnswer {
  readonly prediction: Prediction
  readonly body: string
  readonly sentAt: number
  readonly answeredAt: number
  /** Requests that were sent, this one included. */
  readonly attempts: number
}

/** Between a request that failed and the next: so much may be missed. */
const RETRY_MS = 10

/** Sends a photo again and again; undefined if the signal comes before the first answer. */
export async function untilAnswered({
  baseUrl,
  photo,
  signal,
  connectLimit,
}: UntilAnsweredOptions): Promise<FirstAnswer | undefined> {
  const url = toClassifyUrl(baseUrl)
  for (let attempts = 1; !signal.aborted; attempts++) {
    const sentAt = performance.now()
    const answer = await post(url, photo, signal, connectLimit).catch(() => undefined)
    const answeredAt = performance.now()
    const prediction = answer?.status === 200 ? toPrediction(answer.body) : undefined
    if (answer !== undefined && prediction !== undefined) {
      return { prediction, body: answer.body, sentAt, answeredAt, attempts }
    }
    await setTimeout(RETRY_MS)
  }
  return undefined
}
