import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** The command line of `npm run compare`, another one of the harness or the page's, as a process of its own. */
export interface HarnessProcess {
  readonly pid: number
  /** What it wrote to standard error so far. */
  readonly progress: () => string
  /** And to standard output. */
  readonly output: () => string
  readonly ended: Promise<HarnessEnd>
  kill(signal: NodeJS.Signals): void
  /** To its whole process group, as the keys of a terminal do. */
  killGroup(signal: NodeJS.Signals): void
}

export interface HarnessEnd {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

interface HarnessOptions {
  /** 0: none. */
  readonly timeLimitMs?: number
  readonly env?: Readonly<Record<string, string>>
}

const ROOT = join(__dirname, '..', '..')
const SCRIPTS = {
  compare: 'bench/main.ts',
  report: 'bench/report/main.ts',
  peers: 'bench/peers/main.ts',
  'compare-runs': 'bench/compare-runs/main.ts',
  photos: 'bench/photos/main.ts',
  import: 'bench/import/main.ts',
  page: 'web/main.ts',
} as const

/** Whatever hangs ends as a failure of its test: three times what it takes beside other work, less than mocha waits. */
const TIME_LIMIT_MS = 170_000

const running = new Set<HarnessProcess>()
process.once('exit', () => {
  for (const harness of running) harness.kill('SIGKILL')
})

/** Starts it in a process group of its own. */
export function startHarness(
  command: keyof typeof SCRIPTS,
  args: readonly string[],
  { timeLimitMs = TIME_LIMIT_MS, env = {} }: HarnessOptions = {},
): HarnessProcess {
  const child = spawn(
    process.execPath,
    ['--require', 'ts-node/register', SCRIPTS[command], ...args],
    {
      cwd: ROOT,
      env: { ...process.env, ...env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeLimitMs,
      killSignal: 'SIGKILL',
    },
  )
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const pid = child.pid ?? 0
  const ended = once(child, 'close').then(([exitCode]) => {
    running.delete(harness)
    return { exitCode: exitCode as number | null, stdout, stderr }
  })
  const harness: HarnessProcess = {
    pid,
    progress: () => stderr,
    output: () => stdout,
    ended,
    kill: (signal) => child.kill(signal),
    killGroup: (signal) => process.kill(-pid, signal),
  }
  running.add(harness)
  return harness
}

/** Runs it to its end. */
export const runHarness = (
  command: keyof typeof SCRIPTS,
  args: readonly string[],
): Promise<HarnessEnd> => startHarness(command, args).ended

/**
 * Asks again and again until the answer is true, as long as the harness runs.
 *
 * @throws Error with what the harness wrote, if it ends before
 */
export async function untilHarness(
  harness: HarnessProcess,
  what: string,
  isSo: () => boolean | Promise<boolean>,
): Promise<void> {
  const end = harness.ended.then(() => 'ended' as const)
  while (!(await isSo())) {
    // It may have become so right before the end.
    if ((await Promise.race([end, pause(10)])) === 'ended' && !(await isSo())) {
      throw new Error(`the harness ended before ${what}: ${harness.progress()}`)
    }
  }
}

/** Runs at most two at a time, in the order in which they are asked for. */
export function createTurns(places = 2): <T>(task: () => Promise<T>) => Promise<T> {
  let free = places
  const waiting: (() => void)[] = []
  return async (task) => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await task()
    } finally {
      const next = waiting.shift()
      if (next === undefined) free += 1
      else next()
    }
  }
}
