import type { MeasuredTrial, RawRun } from '../read-run'
import type { RunsReport } from './report'

/** Two runs that are compared. */
export type Runs = readonly [base: RawRun, later: RawRun]

export type LevelKind = RunsReport['levelKind']

/** A target's trials by the level that they were loaded with. */
export function toTrials(
  { trials }: RawRun,
  target: string,
  kind: LevelKind,
): Map<number, MeasuredTrial[]> {
  const found = new Map<number, MeasuredTrial[]>()
  for (const trial of trials) {
    const level = toLevel(trial, kind)
    if (trial.target !== target || level === undefined) continue
    found.set(level, [...(found.get(level) ?? []), trial])
  }
  return found
}

function toLevel(
  { experiment, concurrency, rate }: MeasuredTrial,
  kind: LevelKind,
): number | undefined {
  if (kind === 'rate') return experiment === 'open-loop' ? rate : undefined
  return experiment === 'closed-loop' ? concurrency : undefined
}
