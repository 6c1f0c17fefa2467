/** A consumer at work. */
export interface MessageConsumer {
  /** Photos that were taken and are not answered yet. */
  readonly inFlight: number
  /** Whether it takes no more for now, as photos are refused. */
  readonly isPaused: boolean
  /** Messages that wait for an answer, by queue or partition; fails while the broker is away. */
  readLag(): Promise<ReadonlyMap<string, number>>
  /** Takes no more, answers what is at work, tells the broker so, and leaves. */
  stop(): Promise<void>
}
