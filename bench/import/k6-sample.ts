import type { Place } from './import-error'

/** One sample of one metric, as k6 writes it. */
export interface Sample {
  readonly metric: string
  /** ms since 1970; when a request had ended. */
  readonly time: number
  readonly value: number
  /** Tags and metadata together: k6 has moved vu and iter from the one to the other. */
  readonly tags: Readonly<Record<string, string>>
  readonly place: Place
}
