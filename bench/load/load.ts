import type { Outcome } from '../run'

/** A photo as it is sent. */
export interface Body {
  readonly bytes: Buffer
  readonly contentType: string
}

/** What one trial sends, and where. */
export interface LoadOptions {
  readonly baseUrl: string
  readonly photos: readonly Body[]
  /** Numbers of photos; the request number n sends the one at n modulo their count. */
  readonly order: readonly number[]
  readonly concurrency: number
  /** How long one request may take, ms. */
  readonly timeLimit: number
  /** Ends the trial at once. */
  readonly signal: AbortSignal
}

/** An answer as it came. Times are ms. */
export interface Answer {
  readonly photo: number
  /** Since the load's start; of the open loop when it was planned. */
  readonly sentAt: number
  readonly responseTime: number
  /** Of the open loop: how much later it was sent. */
  readonly lag?: number
  readonly status: number
  readonly body: string
  readonly serverTiming: string | undefined
}

/** A request that got none. */
export interface Failure {
  readonly photo: number
  readonly sentAt: number
  readonly lag?: number
  readonly outcome: Extract<Outcome, 'timed-out' | 'unanswered' | 'dropped'>
  readonly message: string
}

/** What came of a load; all that was sent is in one of both. */
export interface Load {
  readonly answers: readonly Answer[]
  readonly failures: readonly Failure[]
  /** From the first request sent to the last answer or failure; of the open loop from the plan's start, to its end at least. */
  readonly duration: number
}

/** Where photos are posted. */
export const toClassifyUrl = (baseUrl: string): string => `${baseUrl.replace(/\/+$/, '')}/classify`
