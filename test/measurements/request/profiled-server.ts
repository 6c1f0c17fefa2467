import { startServer } from '../../helpers/server-process'
import { createProfiler, toProfilerEnv } from './profiler'
import type { Profiler, ProfilerSettings } from './profiler'

/** A server whose threads can be profiled again and again. */
export interface ProfiledServer extends Profiler {
  readonly baseUrl: string
  readonly pid: number
  stop(): Promise<void>
}

/** The main thread and its worker. */
const THREADS = 2

/** Starts the container twin with one worker and a profiler, which is off. */
export async function startProfiledServer(settings: ProfilerSettings): Promise<ProfiledServer> {
  const server = await startServer({
    file: 'dist/container/main.js',
    env: { WORKERS: '1', LOG_LEVEL: 'info', ...toProfilerEnv(settings) },
  })
  return {
    baseUrl: server.baseUrl,
    pid: server.pid,
    ...createProfiler({ folder: settings.folder, threads: THREADS, process: server }),
    async stop() {
      await server.stop()
    },
  }
}
