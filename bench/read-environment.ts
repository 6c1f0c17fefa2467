import { execFile } from 'node:child_process'
import { readFileSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os'
import { promisify } from 'node:util'
import type { Environment } from './environment'

/** What is known when a run begins. */
export interface EnvironmentBefore {
  readonly environment: Environment
  /** CPU time of the machine so far. */
  readonly cpuTimes: CpuTimes | undefined
}

interface CpuTimes {
  readonly total: number
  readonly steal: number
}

const PACKAGES = ['autocannon']
/** What decides what is measured: the programs, the harness and what they are installed with. */
const MEASURED = [
  'bench',
  'inference',
  'messaging',
  'serving',
  'container',
  'functions',
  'package-lock.json',
]

/**
 * Reads what a run needs to be understood later, and nothing that tells whose machine it is.
 *
 * @param root the project's folder
 */
export async function readEnvironmentBefore(root: string): Promise<EnvironmentBefore> {
  const environment: Environment = {
    startedAt: new Date().toISOString(),
    ...(await readCommit(root)),
    cpu: { model: cpus()[0]?.model.trim() ?? 'unknown', cores: availableParallelism() },
    memoryBytes: totalmem(),
    operatingSystem: { platform: platform(), release: release(), architecture: arch() },
    node: process.version,
    packages: Object.fromEntries(PACKAGES.map((name) => [name, readVersion(name)])),
    loadAverage: { before: readLoadAverage(), after: null },
    stealShare: null,
  }
  return { environment, cpuTimes: readCpuTimes() }
}

/** Adds what only the end of a run tells. */
export function completeEnvironment({ environment, cpuTimes }: EnvironmentBefore): Environment {
  const { before } = environment.loadAverage
  return {
    ...environment,
    loadAverage: { before, after: readLoadAverage() },
    stealShare: toStealShare(cpuTimes, readCpuTimes()),
  }
}

/** Windows answers three zeros, whatever it does. */
function readLoadAverage(): readonly number[] | null {
  return platform() === 'win32' ? null : loadavg()
}

/** The counters of /proc/stat, in the kernel's ticks; undefined where there are none. */
export function readCpuTimes(statFile = '/proc/stat'): CpuTimes | undefined {
  const line = /^cpu +(.*)$/m.exec(read(statFile) ?? '')?.[1]
  // proc(5): user, nice, system, idle, iowait, irq, softirq, steal; what guests use is in user already.
  const times = line?.split(' ').slice(0, 8).map(Number) ?? []
  const steal = times[7]
  if (steal === undefined) return undefined
  return { total: times.reduce((sum, time) => sum + time, 0), steal }
}

/** Share of the time between, that is of all CPUs together. */
export function toStealShare(
  before: CpuTimes | undefined,
  after: CpuTimes | undefined,
): number | null {
  if (before === undefined || after === undefined) return null
  const total = after.total - before.total
  return total > 0 ? Math.max(0, after.steal - before.steal) / total : null
}

async function readCommit(root: string): Promise<Pick<Environment, 'commit' | 'uncommitted'>> {
  try {
    const [top = '', commit = ''] = (
      await git(root, 'rev-parse', '--show-toplevel', '--short', 'HEAD')
    ).split('\n')
    // A copy without its own history may lie in somebody else's repository.
    if (realpathSync(top) !== realpathSync(root)) return { commit: null, uncommitted: null }
    const changes = await git(root, 'status', '--porcelain', '--', ...MEASURED)
    return { commit, uncommitted: changes !== '' }
  } catch {
    return { commit: null, uncommitted: null }
  }
}

async function git(root: string, ...args: readonly string[]): Promise<string> {
  // A hook of git sets variables that point to its own repository; a lock would stop others' git.
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'))
  const env = { ...Object.fromEntries(own), GIT_OPTIONAL_LOCKS: '0' }
  const { stdout } = await promisify(execFile)('git', args, { cwd: root, env })
  return stdout.trim()
}

function readVersion(name: string): string {
  const require = createRequire(__filename)
  const { version } = JSON.parse(read(require.resolve(`${name}/package.json`)) ?? '{}') as {
    readonly version?: string
  }
  return version ?? 'unknown'
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
