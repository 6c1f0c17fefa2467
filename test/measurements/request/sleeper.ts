import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import type { Calibration } from './account'
import { toWorkMs } from './profile'
import { createProfiler, toProfilerEnv } from './profiler'
import type { ProfilerSettings } from './profiler'
import { readThreads, toAdded } from './threads'

/** A process that does nothing but sleep and be woken. */
export interface Sleeper {
  /** Wakes it so often, one by one, while it is profiled. */
  calibrate(wakes: number): Promise<Calibration>
  stop(): Promise<void>
}

/** Its event loop waits for bytes as a server's does, and does nothing with them. */
const PROGRAM = "process.stdin.resume(); process.stdout.write('ready')"

/**
 * From one byte to the next: enough to fall asleep, and about as long as the threads of a server under load sleep. The
 * sampler's signals wake a thread, too, the more often the longer it sleeps, and for less than a byte does.
 */
const PAUSE_MS = 1

/** Starts a sleeper with a profiler, which is off. */
export async function startSleeper(settings: ProfilerSettings): Promise<Sleeper> {
  const child = spawn(process.execPath, ['--eval', PROGRAM], {
    env: { ...process.env, ...toProfilerEnv(settings) },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close')
  await Promise.race([
    once(child.stdout, 'data'),
    closed.then(() => {
      throw new Error('it ended before it slept')
    }),
  ])
  const pid = child.pid ?? 0
  const profiler = createProfiler({
    folder: settings.folder,
    threads: 1,
    process: { pid, signal: (name) => child.kill(name) },
  })
  return {
    async calibrate(wakes) {
      await profiler.startProfile()
      const before = readThreads(pid)
      for (let i = 0; i < wakes; i++) {
        child.stdin.write('.')
        await setTimeout(PAUSE_MS)
      }
      const after = readThreads(pid)
      const [told] = await profiler.stopProfile()
      const thread = toAdded(before, after).find(({ tid }) => tid === told?.tid)
      if (told === undefined || thread === undefined) throw new Error('it has told nothing')
      const { samplingIntervalUs } = settings
      const work = toWorkMs(told.profile, { samplingIntervalUs, toSource: ({ url }) => url })
      const sampledMs = Object.values(work).reduce((sum, ms) => sum + ms, 0)
      return { switches: thread.switches, cpuMs: thread.cpuMs, sampledMs }
    },
    async stop() {
      child.stdin.end()
      await closed
    },
  }
}
