import type { Comparison, Metric } from '../report/report'

/** What changed from one run to another; ratios are the later one's over the base's. */
export interface RunsReport {
  readonly version: 1
  readonly base: RunName
  readonly later: RunName
  /** What the levels are: connections of the closed loop, or requests offered a second. */
  readonly levelKind: 'concurrency' | 'rate'
  /** What both runs say of themselves, and not the same. */
  readonly changes: readonly Change[]
  /** Why a difference may be none of the program's. */
  readonly warnings: readonly string[]
  /** Of a target: later / base. */
  readonly targets: readonly TargetChange[]
  /** Of a pair such as function / container: its ratio in the later run over that in the base, free of the machine's speed. */
  readonly pairs: readonly PairChange[]
  /** Null: nobody asked for it. */
  readonly gate: SlowerGate | null
}

export interface RunName {
  readonly folder: string
  readonly startedAt: string
  readonly commit: string | null
  readonly valid: boolean
}

export interface Change {
  readonly what: string
  readonly base: string
  readonly later: string
}

/** `concurrency` is the level also of the open loop: requests offered a second. */
export interface TargetChange extends Omit<Comparison, 'a' | 'b'> {
  readonly target: string
}

export type PairChange = Comparison

/** Whether the later run is slower than was allowed. */
export interface SlowerGate {
  /** 0.05: 5 % are allowed. */
  readonly allowed: number
  readonly metrics: readonly Metric[]
  /** Slower by more than that, and not by chance: corrected (Holm) over all that was looked at. */
  readonly slower: readonly TargetChange[]
  /** How many were looked at. */
  readonly tests: number
  /** Of how many it is sure that they are not slower by more than that: their interval ends below it. */
  readonly ruledOut: number
  /** Targets of the base that the later run has not. */
  readonly missing: readonly string[]
}
