import type { RawRun } from '../read-run'
import { toPercent } from '../report/format'
import type { Limit, TargetFacts } from '../run'
import type { Change } from './report'

type Fact = readonly [what: string, value: string]

/** What is said of both runs and is not the same, in the order in which a reader would ask. */
export function toChanges(base: RawRun, later: RawRun): readonly Change[] {
  const [before, after] = [new Map(toFacts(base)), new Map(toFacts(later))]
  const names = [...new Set([...before.keys(), ...after.keys()])]
  return names.flatMap((what) => {
    const [one = UNTOLD, other = UNTOLD] = [before.get(what), after.get(what)]
    return one === other ? [] : [{ what, base: one, later: other }]
  })
}

const UNTOLD = 'not told'

/** The facts that decide whether a difference can be the program's. */
const MACHINE = ['CPU', 'Memory', 'Operating system']
const PHOTOS = 'Photos'
const IMPORTED = 'Imported from'

/** Why a difference between these runs may be none of the program's; in words. */
export function toChangeWarnings(
  changes: readonly Change[],
  [base, later]: readonly [RawRun, RawRun],
): readonly string[] {
  const has = (whats: readonly string[]): boolean =>
    changes.some(({ what }) => whats.includes(what))
  const isFresh = [base, later].every(({ run }) => run.plan.fresh === true)
  return [
    ...(has(MACHINE) ? ['the runs are of different machines, and ratios have that in them'] : []),
    ...(has([IMPORTED])
      ? ['the runs were measured by different load generators, and ratios have that in them']
      : []),
    ...(has([PHOTOS]) ? ['the runs sent different photos, and ratios have that in them'] : []),
    ...(isFresh
      ? []
      : [
          'not both runs started their targets anew in every block (--fresh): processes of one program differ by some ' +
            'percent, which these intervals do not have in them',
        ]),
  ]
}

function toFacts({ run, environment }: RawRun): readonly Fact[] {
  const { plan } = run
  const { cpu, memoryBytes, operatingSystem, packages, stealShare } = environment
  return [
    ['Commit', toCommit(environment)],
    [IMPORTED, plan.importedFrom ?? 'not imported'],
    ['CPU', cpu.cores === null ? UNTOLD : `${cpu.cores} × ${cpu.model}`],
    ['Memory', memoryBytes === null ? UNTOLD : `${Math.round(memoryBytes / 2 ** 20)} MiB`],
    ['Operating system', `${operatingSystem.platform} ${operatingSystem.release}`],
    ['Node of the load generator', environment.node ?? UNTOLD],
    ...Object.entries(packages).map(([name, version]): Fact => [name, version]),
    ['Time stolen by the hypervisor', stealShare === null ? UNTOLD : toPercent(stealShare)],
    ['Blocks', String(plan.blocks)],
    ['A trial', JSON.stringify(plan.trialSize)],
    ['Targets anew in every block', plan.fresh === true ? 'yes' : 'no'],
    [PHOTOS, plan.photos.map(({ sha256 }) => sha256.slice(0, 12)).join(' ')],
    ...run.targets.flatMap(toTargetFacts),
    ...(run.clusters ?? []).map(({ name, kubernetes }): Fact => [
      `Kubernetes of ${name}`,
      kubernetes,
    ]),
  ]
}

const toCommit = ({ commit, uncommitted }: RawRun['environment']): string =>
  `${commit?.slice(0, 7) ?? 'not known'}${uncommitted === true ? ', and uncommitted changes' : ''}`

function toTargetFacts({ name, ...facts }: TargetFacts): readonly Fact[] {
  const { model, engine, decoder, workers, node, logLevel, limits } = facts
  const values: Readonly<Record<string, string | null>> = {
    'model, sha256': model?.sha256 ?? null,
    engine,
    decoder,
    workers: workers === null ? null : String(workers),
    Node: node,
    'log level': logLevel,
    CPUs: toLimit(limits?.cpus),
    memory: toLimit(limits?.memoryBytes),
  }
  return Object.entries(values).map(([what, value]) => [`${name}: ${what}`, value ?? UNTOLD])
}

const toLimit = (limit: Limit | undefined): string | null =>
  limit === undefined
    ? null
    : `${limit.value}, ${limit.enforcedBy === null ? 'not enforced' : 'enforced'}`
