import { match } from '../matching'
import type { MeasuredTrial, RawRun } from '../read-run'
import { OUTCOMES } from '../run'
import type { Limit, Outcome, Pair, Run, TargetFacts } from '../run'
import { sumKnown } from './cells'
import { toBusy, toLate, toLateWarnings, toWorkloadWords } from './generator-validity'
import { toImportWarnings } from './imported'
import type { CheckedCpu, Comparison, Condition, OpenCondition } from './report'

const WORDS: Readonly<Record<Outcome, string>> = {
  right: 'answered right',
  wrong: 'answered with another prediction than without load',
  refused: 'refused (503)',
  status: 'answered with an error',
  garbage: 'answered with something that is no prediction',
  'timed-out': 'not answered in time',
  unanswered: 'not answered',
  dropped: 'not sent, as too many others were on their way',
}

/** Why a run is INVALID by how it ended. */
export const ENDS: Readonly<Record<Run['state'], readonly string[]>> = {
  running: ['the run was cut short: it was killed, or its folder could not be written'],
  interrupted: ['the run was interrupted before its end'],
  failed: [],
  completed: [],
}

/** Why a run is INVALID: each a sentence; none: it is valid. */
export function toInvalidReasons(
  raw: RawRun,
  conditions: readonly Condition[] = [],
  openLoop: readonly OpenCondition[] = [],
): readonly string[] {
  const { run } = raw
  const mismatches = toPairs(raw).flatMap(([one, other]) => match(one, other).mismatches)
  const reasons = [
    ...run.failures,
    ...mismatches.map((mismatch) => `they do not match: ${mismatch}`),
    ...run.targets.flatMap(({ name }) => toWrongAnswers(raw, name)),
    ...conditions.flatMap(toBusy),
    ...openLoop.flatMap(toLate),
    ...ENDS[run.state],
  ]
  return [...new Set(reasons)]
}

/**
 * Of the open loop a refusal is what is asked for where more is offered than can be answered; a closed loop never offers
 * more than its connections.
 */
const isFault = ({ plan }: Run, outcome: Outcome): boolean =>
  outcome !== 'right' && !(outcome === 'refused' && plan.openLoop !== undefined)

function toWrongAnswers({ run, trials }: RawRun, name: string): readonly string[] {
  const own = trials.filter(({ target }) => target === name)
  const requests = own.reduce((sum, trial) => sum + trial.requests, 0)
  return OUTCOMES.filter((outcome) => isFault(run, outcome)).flatMap((outcome) => {
    const affected = own.filter(({ outcomes }) => outcomes[outcome] !== undefined)
    const count = affected.reduce((sum, { outcomes }) => sum + (outcomes[outcome] ?? 0), 0)
    // Of trials in which nothing else went wrong: messages do not tell what they are of.
    const message = affected.filter(failedInOneWay).flatMap(({ messages }) => messages)[0]
    const detail = message === undefined ? '' : `, for instance: ${message}`
    return count === 0
      ? []
      : [`${name}: ${count} of ${requests} requests were ${WORDS[outcome]}${detail}`]
  })
}

const failedInOneWay = ({ outcomes }: MeasuredTrial): boolean =>
  OUTCOMES.filter((name) => name !== 'right' && outcomes[name] !== undefined).length === 1

/** The pairs that are compared, with their facts. */
function toPairs({ run }: RawRun): (readonly [TargetFacts, TargetFacts])[] {
  const find = (name: string): TargetFacts | undefined =>
    run.targets.find((target) => target.name === name)
  const pairs: readonly Pair[] = [...run.plan.comparisons, ...(run.plan.aa ? [run.plan.aa] : [])]
  return pairs.flatMap(({ a, b }) => {
    const [one, other] = [find(a), find(b)]
    return one === undefined || other === undefined ? [] : [[one, other] as const]
  })
}

/** Steal above this share of the CPU time is told. */
const STEAL = 0.02
/** Load before the start, for each core, above which the machine was busy. */
const LOAD = 0.5
/** CPU time by two sources may differ by this share. */
const CPU_DIFFERENCE = 0.1
/** The witness counts the reading of /metrics too, which the source counts in part: seconds a trial. */
const CPU_OF_A_READING = 0.003
/** CPU of a target that is not loaded, as a share of a core, above which it was not idle. */
const IDLE = 0.05

function toWarmUpWarnings({ run }: RawRun, name: string): readonly string[] {
  const own = run.warmUps.filter(({ target }) => target === name)
  const capped = own.filter(({ steady }) => !steady)
  const [first] = capped
  if (first === undefined) return []
  const often = own.length === 1 ? '' : ` (${capped.length} of ${own.length} times)`
  return [`${name} was not steady after ${first.requests} requests of warm-up${often}`]
}

interface Found {
  readonly conditions: readonly Condition[]
  readonly openLoop: readonly OpenCondition[] | undefined
  readonly aa: readonly Comparison[]
  readonly cpuChecks: readonly CheckedCpu[] | undefined
}

/** Trouble that does not make a run INVALID: each a sentence. */
export function toWarnings(
  raw: RawRun,
  { conditions, openLoop = [], aa, cpuChecks = [] }: Found,
): readonly string[] {
  return [
    ...toMachineWarnings(raw),
    ...toImportWarnings(raw),
    ...toLimitWarnings(raw.run.targets),
    ...toUnknown(raw),
    ...raw.run.targets.flatMap(({ name }) => toWarmUpWarnings(raw, name)),
    ...raw.run.targets.flatMap(({ name }) => toCpuWarnings(raw, name)),
    ...cpuChecks.flatMap(toCheckWarnings),
    ...openLoop.flatMap(toLateWarnings),
    ...[...conditions, ...openLoop]
      .filter(({ idleCpuShare }) => (idleCpuShare ?? 0) > IDLE)
      .map(
        ({ target, workload, idleCpuShare }) =>
          `while ${target} was loaded (${toWorkloadWords(workload)}), another target used ${percent(idleCpuShare ?? 0)} of a core`,
      ),
    ...aa
      .filter(({ verdict }) => verdict === 'slower' || verdict === 'faster')
      .map(
        ({ a, b, concurrency, metric, verdict }) =>
          `A/A says that ${a} is ${verdict} than ${b} (${metric}, ${concurrency} at once), though they are the same: no verdict is given there`,
      ),
  ]
}

function toCheckWarnings(check: CheckedCpu): readonly string[] {
  const { target, cpuSeconds, lateCpuSeconds, idleShare } = check
  const isUnknown = cpuSeconds !== null && lateCpuSeconds === null
  const isOff =
    cpuSeconds !== null &&
    lateCpuSeconds !== null &&
    Math.abs(cpuSeconds - lateCpuSeconds) > CPU_DIFFERENCE * Math.max(cpuSeconds, lateCpuSeconds)
  return [
    ...(isUnknown ? [`what ${target} says of its CPU time could not be checked`] : []),
    ...(isOff
      ? [
          `${target} says that it used ${cpuSeconds.toFixed(2)} s of CPU time, the kubelet says ${lateCpuSeconds.toFixed(2)} s`,
        ]
      : []),
    ...((idleShare ?? 0) > IDLE
      ? [`while others were loaded, ${target} used ${percent(idleShare ?? 0)} of a core`]
      : []),
  ]
}

function toMachineWarnings({ environment }: RawRun): readonly string[] {
  const { stealShare, loadAverage, cpu } = environment
  const [load = 0] = loadAverage.before ?? []
  return [
    ...((stealShare ?? 0) > STEAL
      ? [`other machines of the same host took ${percent(stealShare ?? 0)} of the CPU time (steal)`]
      : []),
    ...(cpu.cores !== null && load > LOAD * cpu.cores
      ? [
          `the machine was busy before the run: load average ${load.toFixed(2)} on ${cpu.cores} cores`,
        ]
      : []),
  ]
}

function toLimitWarnings(targets: readonly TargetFacts[]): readonly string[] {
  const toWords = (what: string, limit: Limit | undefined): string[] =>
    limit?.enforcedBy !== null
      ? []
      : [`the limit of ${what} was not enforced: ${limit.reason ?? 'no reason is known'}`]
  const all = targets.flatMap(({ limits }) => [
    ...toWords('CPUs', limits?.cpus),
    ...toWords('memory', limits?.memoryBytes),
  ])
  return [...new Set(all)]
}

function toUnknown(raw: RawRun): readonly string[] {
  const [aaPair] = raw.run.plan.aa === null ? [] : [raw.run.plan.aa]
  return toPairs(raw).flatMap(([one, other]) => {
    const { unknown } = match(one, other)
    if (unknown.length === 0 || one.name === aaPair?.a) return []
    return [
      `whether ${one.name} and ${other.name} have the same ${unknown.join(', ')} is not known`,
    ]
  })
}

function toCpuWarnings({ trials }: RawRun, name: string): readonly string[] {
  const own = trials.filter(({ target }) => target === name)
  const cpu = sumKnown(own.map(({ cpuSeconds }) => cpuSeconds[name]))
  const witness = sumKnown(own.map(({ witnessCpuSeconds }) => witnessCpuSeconds[name]))
  if (cpu === null || witness === null) return []
  const tolerated = CPU_DIFFERENCE * Math.max(cpu, witness) + CPU_OF_A_READING * own.length
  if (Math.abs(cpu - witness) <= tolerated) return []
  return [
    `${name} says that it used ${cpu.toFixed(2)} s of CPU time, its witness says ${witness.toFixed(2)} s`,
  ]
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
