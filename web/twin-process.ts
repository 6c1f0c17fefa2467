import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { withLeash } from './leash'

/** A twin did not start, or ended. */
export class TwinError extends Error {
  override readonly name = 'TwinError'
}

/** A twin that runs as a process beside the page. */
export interface TwinProcess {
  readonly name: string
  readonly baseUrl: string
  /** Resolves with how it ended, if nobody stopped it. */
  readonly ended: Promise<string>
  /** SIGTERM, after a while SIGKILL; resolves once it has ended. */
  stop(): Promise<void>
}

interface TwinOptions {
  readonly name: string
  /** Arguments of node, paths relative to `root`, which it also runs in. */
  readonly args: readonly string[]
  readonly root: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Ends a start that is under way. */
  readonly signal: AbortSignal
}

const READY_LIMIT_MS = 60_000
const STOP_LIMIT_MS = 5_000
const KEPT_LINES = 5

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/**
 * Starts a bundle of `npm run build` on a free port of this machine and waits until it answers photos.
 *
 * @throws TwinError with what it wrote last, if it does not get there; the signal's reason if that ends the start
 */
export async function startTwin({
  name,
  args,
  root,
  env,
  signal,
}: TwinOptions): Promise<TwinProcess> {
  signal.throwIfAborted()
  const [file = '', ...fileArgs] = await withLeash([process.execPath, ...args])
  const child = spawn(file, fileArgs, {
    cwd: root,
    env: { ...env, HOST: '127.0.0.1', PORT: '0', FUNC_PORT: '0', LOG_LEVEL: 'info' },
    // Out of the terminal's group: its Ctrl-C reaches the page, which stops the twins.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  const log = readLog(child.stdout, child.stderr)
  const ended = untilEnded(child)
  const twin = { stop: () => stop(child, ended) }
  try {
    const failed = ended.then((how): never => {
      throw new TwinError(`the ${name} ${how}${log.lastLines()}`)
    })
    const limit = AbortSignal.timeout(READY_LIMIT_MS)
    const aborted = untilAborted(AbortSignal.any([signal, limit])).catch((error: unknown) => {
      if (error !== limit.reason) throw error
      throw new TwinError(
        `the ${name} was not ready after ${READY_LIMIT_MS / 1000} s${log.lastLines()}`,
      )
    })
    const [baseUrl] = await Promise.race([Promise.all([log.listening, log.ready]), failed, aborted])
    return { name, baseUrl, ended, ...twin }
  } catch (error) {
    await twin.stop()
    throw error
  }
}

interface TwinLog {
  /** Resolves with its address. */
  readonly listening: Promise<string>
  readonly ready: Promise<void>
  /** The last lines before it was ready, for a message. */
  lastLines(): string
}

/** Lines are read on to its end: who writes into a full pipe waits. */
function readLog(stdout: Readable, stderr: Readable): TwinLog {
  const lines: string[] = []
  let resolveListening: (address: string) => void
  let resolveReady: () => void
  const listening = new Promise<string>((resolve) => (resolveListening = resolve))
  const ready = new Promise<void>((resolve) => (resolveReady = resolve))
  const onLine = (line: string): void => {
    const { msg, address, level } = parse(line)
    if (msg === 'listening') resolveListening(String(address))
    if (msg === 'ready') resolveReady()
    if (level === 'info') return
    lines.push(typeof msg === 'string' ? msg : line)
    if (lines.length > KEPT_LINES) lines.shift()
  }
  for (const input of [stdout, stderr]) createInterface({ input }).on('line', onLine)
  return {
    listening,
    ready,
    lastLines: () => (lines.length === 0 ? '' : `; it wrote: ${lines.join(' | ')}`),
  }
}

function parse(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

async function untilEnded(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
    return signal === null ? `ended with exit code ${String(code)}` : `was ended by ${signal}`
  } catch (error) {
    return `could not be started (${String(error)})`
  } finally {
    running.delete(child)
  }
}

async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS)
  await ended
  clearTimeout(timer)
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const onAbort = (): void => {
      reject(signal.reason as Error)
    }
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
  })
}

/** Both twins as `npm run build` makes them: the function on our Kubeless runtime, and the container. */
export const TWINS = [
  {
    name: 'function',
    args: [
      `--env-file=${join('functions', 'kubeless', 'local.env')}`,
      join('dist', 'functions', 'kubeless', 'runtime.js'),
    ],
  },
  { name: 'container', args: [join('dist', 'container', 'main.js')] },
] as const
