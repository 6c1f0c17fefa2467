import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'

interface CpuLimitOptions {
  readonly cgroupFolder?: string
  readonly machineCpus?: number
}

/**
 * CPUs that this process may use, at least 1: the cgroup's quota where there is one (version 2 and 1, at the root of the
 * file system of cgroups, where a container finds its own), rounded up, and never more than the machine has. Node's own count does not know the quota.
 */
export function readCpuLimit({
  cgroupFolder = '/sys/fs/cgroup',
  machineCpus = availableParallelism(),
}: CpuLimitOptions = {}): number {
  const quota = readVersion2(cgroupFolder) ?? readVersion1(cgroupFolder) ?? machineCpus
  return Math.max(1, Math.min(machineCpus, Math.ceil(quota)))
}

/** `cpu.max` holds "quota period" in µs, or "max period". */
function readVersion2(folder: string): number | undefined {
  const [quota, period] = (read(folder, 'cpu.max') ?? '').split(' ').map(Number)
  return toCpus(quota, period)
}

function readVersion1(folder: string): number | undefined {
  const quota = read(folder, 'cpu/cpu.cfs_quota_us')
  const period = read(folder, 'cpu/cpu.cfs_period_us')
  if (quota === undefined || period === undefined) return undefined
  return toCpus(Number(quota), Number(period))
}

function toCpus(quota = NaN, period = NaN): number | undefined {
  return quota > 0 && period > 0 ? quota / period : undefined
}

function read(folder: string, file: string): string | undefined {
  try {
    return readFileSync(join(folder, file), 'utf8').trim()
  } catch {
    return undefined
  }
}
