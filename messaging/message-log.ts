import type { Answered } from '../inference'

/** Where a consumer tells what an operator should know. */
export interface MessageLog {
  warn(event: string, details: Readonly<Record<string, unknown>>): void
}

/** Told of every message that was answered or rejected, with the time from its delivery to its answer being sent, ms. */
export type ObserveMessage = (outcome: Answered['outcome'], timeMs: number) => void

/** What went wrong, for a log. */
export const toReason = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
