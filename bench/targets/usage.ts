import type { TargetFacts } from '../run'
import { readMetrics } from './metrics'
import { readProcCpuSeconds, readProcPeakBytes, resetProcPeak } from './proc'
import type { Target } from './target'

/** Counts the CPU seconds of a program from outside, at no cost to it. */
export interface Witness {
  /** In words. */
  readonly name: string
  readonly readCpuSeconds: () => Promise<number | null>
}

/** Facts that say where CPU seconds and memory are from. */
export type UsageFact = 'cpuSource' | 'cpuWitness' | 'memorySource'

/** The part of a target that tells what it uses. */
export interface Usage extends Pick<
  Target,
  'readCpuSeconds' | 'readWitnessCpuSeconds' | 'resetPeakMemory' | 'readPeakMemoryBytes'
> {
  readonly facts: Pick<TargetFacts, UsageFact>
}

interface UsageOptions {
  readonly baseUrl: string
  /** Of the process; undefined: it runs elsewhere. */
  readonly pid?: number
  /** Undefined: the kernel's count of the process, if there is a pid. */
  readonly witness?: Witness | undefined
}

/** Finds out, by asking once, which of its sources a running target has. */
export async function measureUsage({ baseUrl, pid, witness }: UsageOptions): Promise<Usage> {
  const metrics = await readMetrics(baseUrl)
  const hasCpu = (metrics?.cpuSeconds ?? null) !== null
  const counter = witness ?? (await findProcWitness(pid))
  const memory = (await findProcMemory(pid)) ?? findPageMemory(baseUrl, metrics?.residentBytes)
  return {
    facts: {
      cpuSource: hasCpu ? 'its /metrics: process_cpu_seconds_total' : null,
      cpuWitness: counter?.name ?? null,
      memorySource: memory?.name ?? null,
    },
    readCpuSeconds: async () =>
      hasCpu ? ((await readMetrics(baseUrl))?.cpuSeconds ?? null) : null,
    readWitnessCpuSeconds: async () => (await counter?.readCpuSeconds()) ?? null,
    resetPeakMemory: async () => memory?.reset(),
    readPeakMemoryBytes: async () => (await memory?.readPeakBytes()) ?? null,
  }
}

async function findProcWitness(pid: number | undefined): Promise<Witness | undefined> {
  if (pid === undefined || (await readProcCpuSeconds(pid)) === null) return undefined
  return {
    name: '/proc: user and system time of the process',
    readCpuSeconds: () => readProcCpuSeconds(pid),
  }
}

interface Memory {
  readonly name: string
  readonly reset: () => Promise<void>
  readonly readPeakBytes: () => Promise<number | null>
}

/** A peak that cannot be reset would be that of the start. */
async function findProcMemory(pid: number | undefined): Promise<Memory | undefined> {
  if (pid === undefined || !(await resetProcPeak(pid))) return undefined
  if ((await readProcPeakBytes(pid)) === null) return undefined
  return {
    name: '/proc: peak of the resident memory (VmHWM, reset before)',
    reset: async () => {
      await resetProcPeak(pid)
    },
    readPeakBytes: () => readProcPeakBytes(pid),
  }
}

function findPageMemory(
  baseUrl: string,
  residentBytes: number | null | undefined,
): Memory | undefined {
  if (residentBytes === null || residentBytes === undefined) return undefined
  return {
    name: 'its /metrics: process_resident_memory_bytes when it is read, which is not the peak',
    reset: () => Promise.resolve(),
    readPeakBytes: async () => (await readMetrics(baseUrl))?.residentBytes ?? null,
  }
}
