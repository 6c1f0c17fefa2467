import type { LoaderName, ServerName } from './servers'

/** What one loader says of one server. Times are ms. */
export interface Trial {
  readonly id: number
  readonly block: number
  readonly server: ServerName
  readonly loader: LoaderName
  /** Requests that it counts as answered, and as not. */
  readonly counted: number
  readonly failed: number
  /** What it reports itself, where it keeps no times of single requests. */
  readonly reported?: Reported
}

/** By quantile, such as `p99`, and `max`. */
export type Reported = Readonly<Record<string, number>>

/** What both sides recorded of a trial: pairs of when (since each side's start) and how long, ms. */
export interface Rows {
  readonly said: readonly Row[]
  /** In the order of arrival. */
  readonly ledger: readonly Row[]
}

export interface Row {
  readonly at: number
  readonly time: number
}

/** The open loop alone, at a rate. */
export interface Level {
  readonly block: number
  readonly rate: number
  readonly requests: number
  readonly answered: number
  readonly dropped: number
  /** Answers a second. */
  readonly throughput: number
  readonly lag: { readonly p50: number; readonly p99: number; readonly max: number }
  readonly responseTimeP50: number
  readonly cpuMsPerRequest: number
}

/** open-loop.json; the rows of its trials are in open-loop.csv.gz. */
export interface OpenLoopMeasurement {
  readonly rate: number
  readonly seconds: number
  readonly connections: number
  /** Whether the servers and the loaders had a core of their own. */
  readonly pinned: boolean
  readonly loadAverage: { readonly before: number; readonly after: number }
  readonly versions: { readonly autocannon: string; readonly vegeta: string | null }
  /** Of what the generator alone sends. */
  readonly photoBytes: number
  readonly trials: readonly Trial[]
  /** Against a server that answers at once. */
  readonly generator: readonly Level[]
  /** Against the server that takes a fixed time, at a rate at which no core falls asleep between two requests. */
  readonly fixedTime: readonly Level[]
}
