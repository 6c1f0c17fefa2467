import { availableParallelism } from 'node:os'
import type { Limit, Limits } from '../run'
import { findAffinity } from './affinity'
import { tryRead } from './cgroup'
import { readHierarchies } from './cgroup-hierarchies'
import type { Hierarchy } from './cgroup-hierarchies'
import { createCgroupLimits } from './cgroup-limits'
import type { CgroupLimits, LimitsAsked } from './cgroup-limits'
import type { Witness } from './usage'

export type { LimitsAsked } from './cgroup-limits'

/** Holds one program to its limits. */
export interface Hold {
  readonly limits: Limits
  /** The command that gets a program inside before it begins: it may look at its limits when it starts. */
  readonly wrap: (command: readonly string[]) => readonly string[]
  /** Counts the CPU seconds of all that is inside; undefined: nothing does. */
  readonly witness: Witness | undefined
  /** Ids of the processes inside; null: nothing is there to be inside of. */
  readonly listProcesses: () => readonly number[] | null
  /** Whether the kernel ended something inside for its memory. */
  readonly wasOutOfMemory: () => boolean
  /** Ends what is still inside and removes what was made; again: nothing. */
  readonly release: () => void
}

interface System {
  readonly hierarchies?: readonly Hierarchy[]
  readonly cores?: number
  readonly findAffinity?: (cpus: number) => Promise<readonly string[] | undefined>
}

/**
 * Makes what this system and user have to hold a program to its limits: cgroups; else for the CPUs their affinity. It
 * never fails: what is not enforced is in the limits, with the reason.
 */
export async function holdTo(asked: LimitsAsked, system: System = {}): Promise<Hold> {
  const cgroup = await createCgroupLimits(system.hierarchies ?? readHierarchies(), asked)
  const { limit: cpus, prefix } = await limitCpus(asked.cpus, cgroup, system)
  const outOfMemoryBefore = cgroup.countOutOfMemory()
  let wasOutOfMemory = false
  const hasBeen = (): boolean => (wasOutOfMemory ||= cgroup.countOutOfMemory() > outOfMemoryBefore)
  return {
    limits: { cpus, memoryBytes: limitMemory(asked.memoryBytes, cgroup) },
    wrap: (command) => [...enter(cgroup), ...prefix, ...command],
    witness: cgroup.witness,
    listProcesses: () => listProcesses(cgroup),
    wasOutOfMemory: hasBeen,
    release() {
      hasBeen()
      for (const group of cgroup.groups) group.remove()
    },
  }
}

/** The shell enters, then becomes the program. */
const ENTER = 'while [ "$1" != -- ]; do echo $$ > "$1" || exit 126; shift; done; shift; exec "$@"'

function enter({ groups }: CgroupLimits): readonly string[] {
  if (groups.length === 0) return []
  return ['/bin/sh', '-c', ENTER, 'sh', ...groups.map(({ entrance }) => entrance), '--']
}

function listProcesses({ groups: [group] }: CgroupLimits): readonly number[] | null {
  if (group === undefined) return null
  return (tryRead(group.entrance) ?? '').split('\n').filter(Boolean).map(Number)
}

async function limitCpus(
  value: number,
  cgroup: CgroupLimits,
  system: System,
): Promise<{ readonly limit: Limit; readonly prefix: readonly string[] }> {
  const { cores = availableParallelism(), findAffinity: find = findAffinity } = system
  if (cgroup.cpus !== undefined) return { limit: { value, enforcedBy: cgroup.cpus }, prefix: [] }
  if (cores <= value) {
    const enforcedBy = `the machine has ${cores} ${cores === 1 ? 'core' : 'cores'}`
    return { limit: { value, enforcedBy }, prefix: [] }
  }
  const affinity = await find(value)
  if (affinity !== undefined) {
    return { limit: { value, enforcedBy: 'CPU affinity: taskset' }, prefix: affinity }
  }
  const reason = `${cgroup.reason}, and taskset is not there`
  return { limit: { value, enforcedBy: null, reason }, prefix: [] }
}

function limitMemory(value: number, { memory, reason }: CgroupLimits): Limit {
  return memory === undefined ? { value, enforcedBy: null, reason } : { value, enforcedBy: memory }
}
