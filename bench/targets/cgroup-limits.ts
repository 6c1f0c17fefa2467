import { dirname, join } from 'node:path'
import { createGroup, readNumber, tryRead, trySet } from './cgroup'
import type { Group, GroupOptions } from './cgroup'
import type { Hierarchy } from './cgroup-hierarchies'
import type { Witness } from './usage'

/** The limits asked for. */
export interface LimitsAsked {
  readonly cpus: number
  readonly memoryBytes: number
}

type Controller = 'cpu' | 'memory'

/** What the cgroups that could be made do; undefined: there is none for it. */
export interface CgroupLimits {
  readonly groups: readonly Group[]
  readonly cpus: string | undefined
  readonly memory: string | undefined
  readonly witness: Witness | undefined
  /** Why there is none for the rest, in words. */
  readonly reason: string
  /** How often the kernel ended something for its memory. */
  readonly countOutOfMemory: () => number
}

/** Kubernetes' period, too. */
const PERIOD_MICROSECONDS = 100_000
const NANOSECONDS_PER_SECOND = 1e9
const MICROSECONDS_PER_SECOND = 1e6

type TryCreate = (options: GroupOptions) => Promise<Group | undefined>

/** Makes what cgroups this system and user allow, of version 2 or else of version 1. */
export async function createCgroupLimits(
  hierarchies: readonly Hierarchy[],
  asked: LimitsAsked,
  create = createGroup,
): Promise<CgroupLimits> {
  if (hierarchies.length === 0) return toLimits([], 'this system has no cgroups')
  const failures: string[] = []
  const tryCreate: TryCreate = async (options) => {
    try {
      return await create(options)
    } catch (error) {
      failures.push(explain(error))
      return undefined
    }
  }
  const made =
    (await createVersion2(hierarchies, asked, tryCreate)) ??
    (await createVersion1(hierarchies, asked, tryCreate))
  return toLimits(made, failures[0] ?? 'no cgroup here hands this on to new ones')
}

/** A cgroup and what it does. */
interface Made extends Group {
  readonly version: 1 | 2
  readonly controllers: readonly string[]
}

function toLimits(made: readonly Made[], reason: string): CgroupLimits {
  const find = (controller: string): Made | undefined =>
    made.find(({ controllers }) => controllers.includes(controller))
  const [cpu, memory] = [find('cpu'), find('memory')]
  return {
    groups: made,
    cpus: cpu && (cpu.version === 2 ? 'cgroup v2: cpu.max' : 'cgroup v1: cpu.cfs_quota_us'),
    memory:
      memory &&
      (memory.version === 2 ? 'cgroup v2: memory.max' : 'cgroup v1: memory.limit_in_bytes'),
    witness: toWitness(made.find(({ version }) => version === 2) ?? find('cpuacct')),
    reason,
    countOutOfMemory: () => {
      if (memory === undefined) return 0
      const file = memory.version === 2 ? 'memory.events' : 'memory.oom_control'
      return readNumber(join(memory.folder, file), 'oom_kill') ?? 0
    },
  }
}

function toWitness(group: Made | undefined): Witness | undefined {
  if (group === undefined) return undefined
  const { folder, version } = group
  const read = (file: string, unitsPerSecond: number, name?: string): Promise<number | null> => {
    const used = readNumber(join(folder, file), name)
    return Promise.resolve(used === null ? null : used / unitsPerSecond)
  }
  return version === 2
    ? {
        name: 'cgroup v2: cpu.stat, usage_usec',
        readCpuSeconds: () => read('cpu.stat', MICROSECONDS_PER_SECOND, 'usage_usec'),
      }
    : {
        name: 'cgroup v1: cpuacct.usage',
        readCpuSeconds: () => read('cpuacct.usage', NANOSECONDS_PER_SECOND),
      }
}

/** Both in one cgroup where that can be, else what can be; undefined if nothing can. */
async function createVersion2(
  hierarchies: readonly Hierarchy[],
  asked: LimitsAsked,
  tryCreate: TryCreate,
): Promise<readonly Made[] | undefined> {
  const hierarchy = hierarchies.find(({ version }) => version === 2)
  if (hierarchy === undefined) return undefined
  const choices: (readonly Controller[])[] = [['cpu', 'memory'], ['memory'], ['cpu']]
  for (const controllers of choices) {
    const settings = Object.fromEntries(controllers.map((name) => toVersion2(name, asked)))
    for (const parent of findParents(hierarchy, controllers)) {
      const extraSettings = controllers.includes('memory') ? { 'memory.swap.max': '0' } : {}
      const group = await tryCreate({ parent, settings, extraSettings })
      if (group !== undefined) return [{ ...group, version: 2, controllers }]
    }
  }
  return undefined
}

function toVersion2(
  controller: Controller,
  { cpus, memoryBytes }: LimitsAsked,
): readonly [file: string, value: string] {
  if (controller === 'memory') return ['memory.max', String(memoryBytes)]
  return ['cpu.max', `${Math.round(cpus * PERIOD_MICROSECONDS)} ${PERIOD_MICROSECONDS}`]
}

/**
 * Cgroups that hand the controllers on to those in them, the nearest first. One with processes in it cannot (but the root
 * of the machine), and ours has the harness in it: so it is asked to, and otherwise the new one becomes its neighbour.
 */
function findParents({ own, top }: Hierarchy, controllers: readonly Controller[]): string[] {
  const handsOn = (folder: string): boolean => {
    const names = tryRead(join(folder, 'cgroup.subtree_control'))?.split(' ') ?? []
    return controllers.every((name) => names.includes(name))
  }
  const asOrder = controllers.map((name) => `+${name}`).join(' ')
  const isWilling = handsOn(own) || trySet(join(own, 'cgroup.subtree_control'), asOrder)
  return withParents(own, top).filter((folder) => (folder === own ? isWilling : handsOn(folder)))
}

function withParents(folder: string, top: string): readonly string[] {
  return folder === top ? [folder] : [folder, ...withParents(dirname(folder), top)]
}

/** Each controller is a tree of its own, or shares one with others. */
async function createVersion1(
  hierarchies: readonly Hierarchy[],
  asked: LimitsAsked,
  tryCreate: TryCreate,
): Promise<readonly Made[]> {
  const made: Made[] = []
  for (const { version, controllers, own } of hierarchies) {
    const used = controllers.filter((name) => ['cpu', 'cpuacct', 'memory'].includes(name))
    if (version !== 1 || used.length === 0) continue
    const group = await tryCreate({ parent: own, ...toVersion1(used, asked) })
    if (group !== undefined) made.push({ ...group, version, controllers: used })
  }
  return made
}

function toVersion1(
  controllers: readonly string[],
  { cpus, memoryBytes }: LimitsAsked,
): Omit<GroupOptions, 'parent'> {
  const settings: Record<string, string> = {}
  if (controllers.includes('cpu')) {
    settings['cpu.cfs_period_us'] = String(PERIOD_MICROSECONDS)
    settings['cpu.cfs_quota_us'] = String(Math.round(cpus * PERIOD_MICROSECONDS))
  }
  if (!controllers.includes('memory')) return { settings }
  settings['memory.limit_in_bytes'] = String(memoryBytes)
  return { settings, extraSettings: { 'memory.memsw.limit_in_bytes': String(memoryBytes) } }
}

function explain(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'no code'
  // A number: what the shell that tried to enter ended with.
  if (['EACCES', 'EPERM', 'EROFS'].includes(code) || /^\d/.test(code)) {
    return 'this user may not make or enter cgroups here'
  }
  return `the system refuses a cgroup (${code})`
}
