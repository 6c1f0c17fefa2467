import type { Environment } from '../../environment'
import type { Limit, TargetFacts } from '../../run'
import type { TrialSize } from '../../trial-size'
import { toEnumeration, toFigure, toLine, toMebibytes, toPercent } from '../format'
import { NOTHING, numbers, toCell, toNumberCell, words } from '../table'
import type { Cell, Table } from '../table'
import { sum } from '../conditions'
import { toRatioName } from '../targets'
import type { Findings } from '../targets'

type Fact = readonly [name: string, value: string | null]

/** What ran, a column a target. */
export function toTargetsTable({ targets }: Pick<Findings, 'targets'>): Table {
  const isInClusters = targets.some(({ reachedBy }) => reachedBy !== undefined)
  const hasRequests = targets.some(({ requests }) => requests !== undefined)
  const facts = targets.map((target): readonly Fact[] => [
    ...toFacts(target),
    ...(hasRequests ? toRequestFacts(target) : []),
    ...(isInClusters ? [['Reached by', target.reachedBy ?? null] as const] : []),
  ])
  return {
    id: 'targets',
    caption: 'What was measured',
    isGrouped: false,
    columns: [words('Target'), ...targets.map(({ name }) => words(name))],
    rows: (facts[0] ?? []).map(([name], row) => [
      toCell(name),
      ...facts.map((of) => toCell(of[row]?.[1])),
    ]),
  }
}

function toFacts(target: TargetFacts): readonly Fact[] {
  const { model, limits, startToReadyMs, workers } = target
  return [
    ['What it is', target.title],
    ['Model', model === null ? null : model.name],
    ['Model, sha256', model === null ? null : model.sha256],
    ['Engine', target.engine],
    ['Decoder', target.decoder],
    ['Workers', workers === null ? null : String(workers)],
    ['Node', target.node],
    ['Log level', target.logLevel],
    ['From start to ready', startToReadyMs === null ? null : `${toFigure(startToReadyMs)} ms`],
    ['CPUs', limits === null ? null : toLimit(limits.cpus, toFigure)],
    [
      'Memory',
      limits === null ? null : toLimit(limits.memoryBytes, (value) => `${toMebibytes(value)} MiB`),
    ],
    ['CPU seconds from', target.cpuSource],
    ['CPU seconds checked against', target.cpuWitness],
    ['Peak memory from', target.memorySource],
  ]
}

function toRequestFacts({ requests }: TargetFacts): readonly Fact[] {
  const { cpus = null, memoryBytes = null } = requests ?? {}
  return [
    ['CPUs requested', cpus === null ? null : toFigure(cpus)],
    ['Memory requested', memoryBytes === null ? null : `${toMebibytes(memoryBytes)} MiB`],
  ]
}

function toLimit({ value, enforcedBy, reason }: Limit, format: (value: number) => string): string {
  const how =
    enforcedBy === null
      ? ['not enforced', ...(reason === undefined ? [] : [reason])].join(': ')
      : `enforced by ${enforcedBy}`
  return `${Number.isInteger(value) && value < 100 ? value : format(value)}, ${how}`
}

/** The requests that were thrown away before the measurement. */
export function toWarmUpTable({ warmUps }: Findings): Table {
  return {
    id: 'warm-up',
    caption:
      'Warm-up, thrown away: until the medians of three windows in a row differ by at most 10 %',
    isGrouped: false,
    columns: [
      words('Target'),
      numbers('Concurrency'),
      numbers('Requests thrown away'),
      numbers('Windows'),
      numbers('First median, ms'),
      numbers('Last median, ms'),
      words('Ended'),
    ],
    rows: [...new Set(warmUps.map(({ target }) => target))].map((target) =>
      toWarmUpRow(warmUps.filter((warmUp) => warmUp.target === target)),
    ),
  }
}

/** Of a target, which may have been started more than once. */
function toWarmUpRow(warmUps: Findings['warmUps']): readonly Cell[] {
  const [first, last] = [warmUps[0], warmUps.at(-1)]
  const capped = warmUps.filter(({ steady }) => !steady).length
  const times = warmUps.length === 1 ? '' : `, ${capped} of ${warmUps.length} times`
  return [
    toCell(first?.target),
    toNumberCell(first?.concurrency ?? null, String),
    toNumberCell(sum(warmUps.map(({ requests }) => requests)), String),
    toNumberCell(sum(warmUps.map(({ medians }) => medians.length)), String),
    toNumberCell(first?.medians[0] ?? null),
    toNumberCell(last?.medians.at(-1) ?? null),
    toCell(capped === 0 ? 'steady' : `at its cap, not steady${times}`),
  ]
}

/** What was asked for. */
export function toPlanTable({ plan, seed, profile }: Findings): Table {
  const { trialSize, comparisons, aa } = plan
  return toFactsTable('plan', 'What was asked for', [
    ['Profile', profile],
    ...(plan.importedFrom === undefined ? [] : [['Imported from', plan.importedFrom] as const]),
    ['Seed of the order', String(seed)],
    ...(plan.openLoop === undefined
      ? [['Concurrency', toEnumeration(plan.concurrency)] as const]
      : [
          [
            `Requests offered a second, at ${plan.openLoop.arrivals === 'constant' ? 'even' : 'random'} times`,
            toEnumeration(plan.openLoop.rates),
          ] as const,
        ]),
    ['Blocks', String(plan.blocks)],
    ...(plan.fresh === true ? [['Processes', 'new ones in every block'] as const] : []),
    ...(plan.strict === true ? [['Strict', 'every warning makes the run INVALID'] as const] : []),
    ['A trial', toTrial(trialSize)],
    ['Repetitions of a group', String(plan.groupRepetitions)],
    ['Requests one after the other', String(plan.sequenceRequests)],
    ['Photos', toPhotos(plan.photos.map(({ bytes }) => bytes))],
    ['Photos from', plan.photoSource],
    ['Compared', toEnumeration(comparisons.map(toRatioName)) || null],
    ['A/A', aa === null ? plan.aaMethod : `${toRatioName(aa)}: ${toLine(plan.aaMethod)}`],
  ])
}

function toTrial(size: TrialSize): string {
  if ('duration' in size) return `${toFigure(size.duration / 1000)} s`
  const least = `${size.requests} requests`
  if (size.perConnection === undefined) return least
  return `${least}, or ${size.perConnection} of each connection where that is more`
}

function toPhotos(sizes: readonly number[]): string {
  if (sizes.length === 0) return NOTHING
  const least = toKilobytes(Math.min(...sizes))
  const most = toKilobytes(Math.max(...sizes))
  return `${sizes.length} of ${least === most ? least : `${least} to ${most}`} kB`
}

function toKilobytes(bytes: number): string {
  return toFigure(bytes / 1000)
}

/** The machine and the programs. */
export function toEnvironmentTable({ environment }: Pick<Findings, 'environment'>): Table {
  const { cpu, memoryBytes, operatingSystem, packages, loadAverage, stealShare } = environment
  const { platform, release, architecture } = operatingSystem
  return toFactsTable('environment', 'Measured on', [
    ['Started at', environment.startedAt],
    ['photo-twin', toCommit(environment)],
    ['CPU', cpu.cores === null ? null : `${cpu.cores} × ${cpu.model}`],
    ['Memory', memoryBytes === null ? null : `${toMebibytes(memoryBytes)} MiB`],
    ['Operating system', `${platform} ${release}, ${architecture}`],
    ['Node of the load generator', environment.node],
    ...Object.entries(packages).map(([name, version]): Fact => [name, version]),
    ['Load average before (1, 5, 15 minutes)', toLoads(loadAverage.before)],
    ['Load average after', toLoads(loadAverage.after)],
    ['CPU time stolen by the hypervisor', stealShare === null ? null : toPercent(stealShare)],
  ])
}

function toCommit({ commit, uncommitted }: Environment): string | null {
  if (commit === null) return null
  return uncommitted === true ? `${commit}, with uncommitted changes` : commit
}

function toLoads(loads: readonly number[] | null): string | null {
  return loads === null ? null : loads.map((load) => load.toFixed(2)).join(', ')
}

function toFactsTable(id: string, caption: string, facts: readonly Fact[]): Table {
  return {
    id,
    caption,
    isGrouped: false,
    columns: [words('What'), words('Value')],
    rows: facts.map(([name, value]) => [toCell(name), toCell(value)]),
  }
}
