import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as startTimer } from 'node:timers'
import { setTimeout } from 'node:timers/promises'
import type { Hold } from './limits'
import { readProgramLog } from './program-log'
import type { ProgramLog } from './program-log'

/** A program that runs as a group of processes of its own. */
export interface Program {
  readonly pid: number
  readonly log: ProgramLog
  /** How it ended, in words, whether or not it was stopped. */
  readonly ended: Promise<string>
  /** SIGTERM, after the time limit SIGKILL; resolves once nothing of it is left. */
  stop(timeLimitMs: number): Promise<void>
}

interface ProgramOptions {
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly root: string
  /** Is released when the program has ended. */
  readonly hold: Hold
}

/** Those that run: a harness that exits takes them with it. */
const running = new Map<ChildProcess, Hold>()
process.once('exit', () => {
  for (const [child, hold] of running) {
    signalGroup(child, 'SIGKILL')
    hold.release()
  }
})

/**
 * Starts a program in a process group of its own, so that the Ctrl-C of a terminal reaches only the harness, which then
 * stops it in its own order.
 */
export function startProgram({ command, env, root, hold }: ProgramOptions): Program {
  const [file = '', ...args] = command
  const child = releaseIfThrown(hold, () =>
    spawn(file, args, {
      cwd: root,
      env,
      detached: true,
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  )
  running.set(child, hold)
  const log = readProgramLog({ stdout: child.stdout, stderr: child.stderr, root })
  const ended = untilEnded(child).then((how) => {
    const reason = hold.wasOutOfMemory() ? `${how}, as it needed more than its memory limit` : how
    running.delete(child)
    hold.release()
    const complaints = log.complaints()
    return complaints === '' ? reason : `${reason}; it wrote: ${complaints}`
  })
  return {
    pid: child.pid ?? 0,
    log,
    ended,
    async stop(timeLimitMs) {
      signalGroup(child, 'SIGTERM')
      const timer = startTimer(() => {
        signalGroup(child, 'SIGKILL')
      }, timeLimitMs)
      await ended
      clearTimeout(timer)
    },
  }
}

/** Most failures of a start are told later, but a system that is out of processes, say, is told at once. */
function releaseIfThrown<T>(hold: Hold, start: () => T): T {
  try {
    return start()
  } catch (error) {
    hold.release()
    throw error
  }
}

/** Pipes may be held open by somebody who left the group. */
const CLOSE_LIMIT_MS = 500

async function untilEnded(child: ChildProcess): Promise<string> {
  // From now on: where its pipes were closed before, `close` comes in the same turn as `exit`.
  const closed = once(child, 'close')
  closed.catch(() => undefined)
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
    // At once: later the group's number may be somebody else's.
    signalGroup(child, 'SIGKILL')
    await untilClosed(closed)
    return signal === null ? `ended with exit code ${String(code)}` : `was ended by ${signal}`
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    return `could not be started (${code})`
  }
}

async function untilClosed(closed: Promise<unknown>): Promise<void> {
  const stop = new AbortController()
  // It holds the harness, whose last program this may be.
  const late = setTimeout(CLOSE_LIMIT_MS, undefined, { signal: stop.signal })
  await Promise.race([closed, late]).catch(() => undefined)
  stop.abort()
  await late.catch(() => undefined)
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    // Windows has no groups.
    if (process.platform === 'win32') child.kill(signal)
    else process.kill(-child.pid, signal)
  } catch {
    // Nothing of it is left.
  }
}
