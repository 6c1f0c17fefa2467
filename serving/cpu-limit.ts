import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'

interface CpuLimitOptions {
  readonly cgroupFolder?: string
  /** Tells which cgroups this process is in. */
  readonly membershipFile?: string
  readonly machineCpus?: number
}

/**
 * CPUs that this process may use, at least 1: the smallest quota of its cgroup and those above it (version 2 and 1;
 * a container sees its own at the root), rounded up, and never more than the machine has. Node's own count does not
 * know the quota.
 */
export function readCpuLimit({
  cgroupFolder = '/sys/fs/cgroup',
  membershipFile = '/proc/self/cgroup',
  machineCpus = availableParallelism(),
}: CpuLimitOptions = {}): number {
  const memberships = (read(membershipFile) ?? '').split('\n')
  const quotas = [
    ...withParents(toPath(memberships, isVersion2)).map((path) =>
      readVersion2(join(cgroupFolder, path)),
    ),
    ...withParents(toPath(memberships, isVersion1)).map((path) =>
      readVersion1(join(cgroupFolder, 'cpu', path)),
    ),
  ]
  const known = quotas.filter((quota) => quota !== undefined)
  return Math.max(1, Math.ceil(Math.min(machineCpus, ...known)))
}

/** Lines are "number:controllers:path"; version 2 has number 0 and no controllers. */
const isVersion2 = (number: string): boolean => number === '0'
const isVersion1 = (_number: string, controllers: string): boolean =>
  controllers.split(',').includes('cpu')

/** The cgroup's path below the folder of its hierarchy; the root where the process is in none. */
function toPath(
  memberships: readonly string[],
  matches: (number: string, controllers: string) => boolean,
): string {
  for (const line of memberships) {
    const [number = '', controllers = '', path] = line.split(':')
    if (path !== undefined && matches(number, controllers)) return path
  }
  return '/'
}

function withParents(path: string): readonly string[] {
  const parent = dirname(path)
  return parent === path ? [path] : [path, ...withParents(parent)]
}

/** `cpu.max` holds "quota period" in µs, or "max period". */
function readVersion2(folder: string): number | undefined {
  const [quota, period] = (read(join(folder, 'cpu.max')) ?? '').split(' ').map(Number)
  return toCpus(quota, period)
}

function readVersion1(folder: string): number | undefined {
  const quota = read(join(folder, 'cpu.cfs_quota_us'))
  const period = read(join(folder, 'cpu.cfs_period_us'))
  if (quota === undefined || period === undefined) return undefined
  return toCpus(Number(quota), Number(period))
}

function toCpus(quota = NaN, period = NaN): number | undefined {
  return quota > 0 && period > 0 ? quota / period : undefined
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return undefined
  }
}
