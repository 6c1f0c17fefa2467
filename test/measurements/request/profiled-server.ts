import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { startServer } from '../../helpers/server-process'
import type { CpuProfile } from './profile'
import { isSampler, putFirst, readThreads } from './threads'

/** What a thread's profiler found. */
export interface ThreadProfile {
  readonly tid: number
  readonly isMainThread: boolean
  readonly profile: CpuProfile
}

/** A server whose threads can be profiled again and again. */
export interface ProfiledServer {
  readonly baseUrl: string
  readonly pid: number
  /**
   * Resolves once every thread is profiled.
   *
   * @returns whether the samplers go before all other threads. If not, they often wait for the very thread that they are to
   *   look at: with 10 connections on two cores they saw 0.007 ms of the 0.03 that a request's log line takes
   */
  startProfile(): Promise<boolean>
  /** Ends what was started, at once; resolves once every thread has told what it found. */
  stopProfile(): Promise<readonly ThreadProfile[]>
  stop(): Promise<void>
}

interface ProfiledServerOptions {
  /** Empty, where the threads write their profiles. */
  readonly folder: string
  readonly samplingIntervalUs: number
}

/** The main thread and its worker. */
const THREADS = 2
const LOOK_MS = 20
const LIMIT_MS = 30_000

/** Starts the container twin with one worker and the profiler of profile-threads.cjs, which is off. */
export async function startProfiledServer({
  folder,
  samplingIntervalUs,
}: ProfiledServerOptions): Promise<ProfiledServer> {
  const server = await startServer({
    file: 'dist/container/main.js',
    env: {
      WORKERS: '1',
      LOG_LEVEL: 'info',
      NODE_OPTIONS: `--require "${join(__dirname, 'profile-threads.cjs')}"`,
      PROFILE_FOLDER: folder,
      PROFILE_INTERVAL_US: String(samplingIntervalUs),
    },
  })
  let round = 0

  async function untilTold(state: 'started' | 'profile'): Promise<readonly string[]> {
    const endsAt = performance.now() + LIMIT_MS
    while (performance.now() < endsAt) {
      const files = (await readdir(folder)).filter(
        (file) => file.startsWith(`${state}-${round}-`) && file.endsWith('.json'),
      )
      if (files.length === THREADS) return files.map((file) => join(folder, file))
      await setTimeout(LOOK_MS)
    }
    throw new Error(`not every thread has told within ${LIMIT_MS} ms that it has ${state}`)
  }

  return {
    baseUrl: server.baseUrl,
    pid: server.pid,
    async startProfile() {
      server.signal('SIGUSR2')
      await untilTold('started')
      return putFirst(readThreads(server.pid).filter(isSampler))
    },
    async stopProfile() {
      server.signal('SIGUSR2')
      const files = await untilTold('profile')
      round++
      const profiles = await Promise.all(files.map((file) => readFile(file, 'utf8')))
      await Promise.all(files.map((file) => rm(file)))
      return profiles.map((profile) => JSON.parse(profile) as ThreadProfile)
    },
    async stop() {
      await server.stop()
    },
  }
}
