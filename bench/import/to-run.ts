import type { Environment } from '../environment'
import { countOutcomes } from '../load/observations'
import type { PhotoSet } from '../photos/photo-set'
import type { Observation, Pair, Plan, ReportFormat, Run, TargetFacts, Trial } from '../run'
import { checkTrial, toDuration } from './check-trial'
import { ImportError } from './import-error'
import type { ImportedTrial, Machine } from './imported'
import { toBlocks, toLevel } from './to-blocks'
import type { NamedTrial, PlacedTrial } from './to-blocks'

/** What a run folder gets. */
export interface ImportedRun {
  readonly run: Run
  readonly environment: Environment
  readonly trials: readonly {
    readonly trial: Trial
    readonly observations: readonly Observation[]
  }[]
}

interface Asked {
  readonly photos: PhotoSet
  readonly formats: readonly ReportFormat[]
}

const AGAIN = ' again'

/**
 * A run of what other load generators measured. What their files do not say is null in it.
 *
 * @param named in the order of the command line
 * @throws ImportError naming the file that does not fit
 */
export function toImportedRun(
  named: readonly NamedTrial[],
  { photos, formats }: Asked,
): ImportedRun {
  const troubles = named.flatMap(({ target, trial }) =>
    [...trial.failures, ...checkTrial(trial, photos.photos.length)].map(
      (trouble) => `${target}: ${trouble}`,
    ),
  )
  const placed = toBlocks(named)
  const [first, last] = [placed[0]?.trial, placed.at(-1)?.trial]
  if (first === undefined || last === undefined) throw new ImportError('there is nothing to import')
  const trials = placed.map((each, id) => toTrial(each, id, first.startedAt))
  const plan = toPlan(named, placed, { photos, formats })
  const names = [...new Set(named.map(({ target }) => target))]
  const run: Run = {
    version: 1,
    plan,
    targets: names.map((name) => toFacts(name, named, photos)),
    answers: [],
    warmUps: [],
    failures: [...troubles, ...toOverlaps(placed), ...toMachineFailures(named)],
    state: 'completed',
  }
  return { run, environment: toEnvironment(first, last), trials }
}

function toTrial(
  { target, trial, block, order }: PlacedTrial,
  id: number,
  runStartedAt: number,
): ImportedRun['trials'][number] {
  const { workload, observations, messages, startedAt, generatorCpuSeconds } = trial
  const isOpen = workload.kind === 'open'
  const planned = isOpen ? (observations.length * 1000) / workload.rate : 0
  return {
    trial: {
      ...{ id, experiment: isOpen ? 'open-loop' : 'closed-loop' },
      concurrency: isOpen ? 0 : workload.concurrency,
      ...(isOpen && { rate: workload.rate }),
      ...{ block, order, target },
      startedAt: round(startedAt - runStartedAt),
      duration: round(Math.max(planned, toDuration(observations))),
      requests: observations.length,
      outcomes: countOutcomes(observations),
      messages,
      cpuSeconds: { [target]: null },
      witnessCpuSeconds: {},
      peakMemoryBytes: null,
      generatorCpuSeconds,
    },
    observations,
  }
}

function toPlan(
  named: readonly NamedTrial[],
  placed: readonly PlacedTrial[],
  { photos, formats }: Asked,
): Plan {
  const names = [...new Set(named.map(({ target }) => target))]
  const levels = [...new Set(named.map(({ trial }) => toLevel(trial.workload)))]
  const ascending = levels.sort((one, other) => one - other)
  const isOpen = named.some(({ trial }) => trial.workload.kind === 'open')
  const requests = Math.max(...named.map(({ trial }) => trial.observations.length))
  const aa = toAa(names)
  return {
    profile: 'imported',
    importedFrom: [...new Set(named.map(({ trial }) => trial.tool))].join(', '),
    seed: named[0]?.trial.seed ?? 0,
    concurrency: isOpen ? [] : ascending,
    blocks: Math.max(...placed.map(({ block }) => block)) + 1,
    trialSize: { requests },
    ...{ groupRepetitions: 0, sequenceRequests: 0 },
    ...(isOpen && {
      openLoop: { rates: ascending, duration: toLongest(named), arrivals: 'constant' },
    }),
    photos: photos.photos.map(({ sha256, bytes }) => ({ sha256, bytes })),
    photoSource: 'a folder of npm run photos',
    comparisons: toComparisons(names.filter((name) => name !== aa?.a)),
    aa,
    aaMethod: aa === null ? 'none was imported' : `${aa.b} measured a second time in every block`,
    formats,
  }
}

/** As the rates say, ms. */
const toLongest = (named: readonly NamedTrial[]): number =>
  Math.max(
    ...named.map(
      ({ trial: { workload, observations } }) => (observations.length * 1000) / toLevel(workload),
    ),
  )

function toAa(names: readonly string[]): Pair | null {
  const double = names.find(
    (name) => name.endsWith(AGAIN) && names.includes(name.slice(0, -AGAIN.length)),
  )
  return double === undefined ? null : { a: double, b: double.slice(0, -AGAIN.length) }
}

/** All others are compared with the container, or with the second one. */
function toComparisons(names: readonly string[]): readonly Pair[] {
  const base = names.includes('container') ? 'container' : names[1]
  return base === undefined ? [] : names.filter((a) => a !== base).map((a) => ({ a, b: base }))
}

const toFacts = (name: string, named: readonly NamedTrial[], { model }: PhotoSet): TargetFacts => ({
  name,
  title: `loaded by ${named.find(({ target }) => target === name)?.trial.tool ?? 'others'}`,
  model,
  ...{ engine: null, decoder: null, workers: null, node: null, logLevel: null },
  ...{ startToReadyMs: null, limits: null, cpuSource: null, cpuWitness: null, memorySource: null },
})

/** Only one target is to be loaded at a time; by the clock of the load generator. No file is named: a report may be published. */
function toOverlaps(placed: readonly PlacedTrial[]): readonly string[] {
  return placed.flatMap(({ target, block, trial }, at) => {
    const next = placed[at + 1]
    const end = trial.startedAt + toDuration(trial.observations)
    return next === undefined || next.trial.startedAt >= end
      ? []
      : [
          `${next.target} (block ${next.block + 1}) was loaded while ${target} (block ${block + 1}) still was`,
        ]
  })
}

function toMachineFailures(named: readonly NamedTrial[]): readonly string[] {
  const machines = new Set(named.map(({ trial }) => JSON.stringify(trial.machine)))
  return machines.size <= 1 ? [] : ['the load came from different machines']
}

const UNKNOWN: Machine = {
  ...{ cores: null, memoryBytes: null },
  ...{ platform: 'unknown', release: 'unknown', architecture: 'unknown', python: 'unknown' },
}

function toEnvironment(first: ImportedTrial, last: ImportedTrial): Environment {
  const { cores, memoryBytes, python, ...system } = first.machine ?? UNKNOWN
  const [name = '', version] = first.tool.split(' ')
  return {
    startedAt: new Date(first.startedAt).toISOString(),
    ...{ commit: null, uncommitted: null },
    cpu: { model: 'unknown', cores },
    memoryBytes,
    operatingSystem: system,
    node: null,
    packages: version === undefined ? {} : { [name]: version, Python: python },
    loadAverage: {
      before: first.loadAverage?.before ?? null,
      after: last.loadAverage?.after ?? null,
    },
    stealShare: null,
  }
}

/** To microseconds, of ms. */
const round = (ms: number): number => Math.round(ms * 1000) / 1000
