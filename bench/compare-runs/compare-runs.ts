import { RunFolderError } from '../read-run'
import type { RawRun } from '../read-run'
import { toReduced } from '../report/reduced'
import type { Reduced } from '../report/reduced'
import { isDouble } from '../report/targets'
import { toChanges, toChangeWarnings } from './changes'
import { toGates } from './gates'
import { toPairChanges } from './pair-changes'
import type { RunName, RunsReport } from './report'
import { toSlowerGate } from './slower-gate'
import type { SlowerRule } from './slower-gate'
import { toTargetChanges } from './target-changes'
import type { LevelKind, Runs } from './trials'

/** A run and the folder it was read from. */
export interface NamedRun {
  readonly folder: string
  readonly raw: RawRun
}

/**
 * What changed from one run of `npm run compare` to another. Their blocks do not belong together, so that means of
 * logarithms are compared by Welch's t; verdicts are by the rules of a report, and `equivalent` is never said below what
 * either run's A/A comparison resolves.
 *
 * @throws RunFolderError where the runs have nothing in common that could be compared
 */
export function compareRuns(
  base: NamedRun,
  later: NamedRun,
  rule: SlowerRule | undefined,
): RunsReport {
  const runs = [base.raw, later.raw] as const
  const levelKind = toLevelKind(base, later)
  const changes = toChanges(...runs)
  const reduced = [toReduced(base.raw), toReduced(later.raw)] as const
  const toGate = toGates(reduced.map(({ aa }) => aa))
  const targets = toTargetChanges(runs, levelKind, toGate)
  if (targets.length === 0) {
    throw new RunFolderError(
      `${base.folder} and ${later.folder} have no target at the same ${levelKind} in common`,
    )
  }
  return {
    version: 1,
    base: toName(base, reduced[0]),
    later: toName(later, reduced[1]),
    levelKind,
    changes,
    warnings: [...toChangeWarnings(changes, runs), ...toLeftOut(runs)],
    targets: targets.map(({ change }) => change),
    pairs: levelKind === 'rate' ? [] : toPairChanges(runs, toGate),
    gate: rule === undefined ? null : toSlowerGate(targets, rule, toMissing(runs)),
  }
}

function toLevelKind(base: NamedRun, later: NamedRun): LevelKind {
  const [one, other] = [base, later].map(({ raw }) =>
    raw.run.plan.openLoop === undefined ? 'concurrency' : 'rate',
  ) as [LevelKind, LevelKind]
  if (one === other) {
    if (one === 'rate') requireSameArrivals(base, later)
    return one
  }
  const [closed, open] = one === 'concurrency' ? [base, later] : [later, base]
  throw new RunFolderError(
    `${closed.folder} is a closed loop and ${open.folder} an open one: they have nothing in common`,
  )
}

/** Requests at even times meet shorter queues than such at random times. */
function requireSameArrivals(base: NamedRun, later: NamedRun): void {
  const toArrivals = ({ raw }: NamedRun) => raw.run.plan.openLoop?.arrivals ?? 'Poisson'
  if (toArrivals(base) === toArrivals(later)) return
  throw new RunFolderError(
    `${base.folder} has ${toArrivals(base)} arrivals and ${later.folder} ${toArrivals(later)} ones: measure one of them anew`,
  )
}

function toName({ folder, raw }: NamedRun, { valid }: Reduced): RunName {
  const { startedAt, commit } = raw.environment
  return { folder, startedAt, commit, valid }
}

/** The targets that one run has, and another has not. */
function toOnly(one: RawRun, other: RawRun): readonly string[] {
  const [own, others] = [one, other].map(({ run }) => run.targets.map(({ name }) => name))
  return (own ?? []).filter((name) => !others?.includes(name))
}

/** What the later run is to have, too. */
const toMissing = ([base, later]: Runs): readonly string[] =>
  toOnly(base, later).filter((name) => !isDouble(base.run.plan, name))

/** Which targets only one of the runs has. */
function toLeftOut([base, later]: Runs): readonly string[] {
  return [
    ...toOnly(base, later).map((name) => `only the base has ${name}`),
    ...toOnly(later, base).map((name) => `only the later run has ${name}`),
  ]
}
