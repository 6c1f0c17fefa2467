/** What is at work may take so long once a consumer is to stop; Kubernetes ends a pod after 30 s. */
export const STOP_MS = 15_000
/** Who asks for the lag does not wait longer for a broker that is away. */
export const LAG_MS = 1000

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
