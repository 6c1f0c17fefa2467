import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { CpuProfile } from './profile'
import { isSampler, putFirst, readThreads } from './threads'

/** What a thread's profiler found. */
export interface ThreadProfile {
  readonly tid: number
  readonly isMainThread: boolean
  readonly profile: CpuProfile
}

/** V8's profiler in each thread of a process, again and again. */
export interface Profiler {
  /**
   * Resolves once every thread is profiled.
   *
   * @returns whether the samplers go before all other threads. If not, they often wait for the very thread that they are to
   *   look at: with 10 connections on two cores they saw 0.007 ms of the 0.03 that a request's log line takes
   */
  startProfile(): Promise<boolean>
  /** Ends what was started, at once; resolves once every thread has told what it found. */
  stopProfile(): Promise<readonly ThreadProfile[]>
}

/** How a process that is to be profiled starts. */
export interface ProfilerSettings {
  /** Empty, and of this process alone: where its threads write their profiles. */
  readonly folder: string
  readonly samplingIntervalUs: number
}

interface ProfilerOptions {
  readonly folder: string
  /** How many there are in JavaScript. */
  readonly threads: number
  readonly process: { readonly pid: number; signal(name: NodeJS.Signals): unknown }
}

const LOOK_MS = 20
const LIMIT_MS = 30_000

/** The environment in which a process has the profiler of profile-threads.cjs, which is off. */
export const toProfilerEnv = ({
  folder,
  samplingIntervalUs,
}: ProfilerSettings): Readonly<Record<string, string>> => ({
  NODE_OPTIONS: `--require "${join(__dirname, 'profile-threads.cjs')}"`,
  PROFILE_FOLDER: folder,
  PROFILE_INTERVAL_US: String(samplingIntervalUs),
})

/** Of a process that was started with `toProfilerEnv` of the same folder. */
export function createProfiler({ folder, threads, process }: ProfilerOptions): Profiler {
  let round = 0

  async function untilTold(state: 'started' | 'profile'): Promise<readonly string[]> {
    const endsAt = performance.now() + LIMIT_MS
    while (performance.now() < endsAt) {
      const files = (await readdir(folder)).filter(
        (file) => file.startsWith(`${state}-${round}-`) && file.endsWith('.json'),
      )
      if (files.length === threads) return files.map((file) => join(folder, file))
      await setTimeout(LOOK_MS)
    }
    throw new Error(`not every thread has told within ${LIMIT_MS} ms that it has ${state}`)
  }

  return {
    async startProfile() {
      process.signal('SIGUSR2')
      await untilTold('started')
      return putFirst(readThreads(process.pid).filter(isSampler))
    },
    async stopProfile() {
      process.signal('SIGUSR2')
      const files = await untilTold('profile')
      round++
      const profiles = await Promise.all(files.map((file) => readFile(file, 'utf8')))
      await Promise.all(files.map((file) => rm(file)))
      return profiles.map((profile) => JSON.parse(profile) as ThreadProfile)
    },
  }
}
