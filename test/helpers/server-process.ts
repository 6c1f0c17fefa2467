import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** A line of a server's JSON log. */
export type LogLine = Readonly<Record<string, unknown>>

/** How a process ended. */
export interface Ended {
  readonly exitCode: number | null
  readonly stderr: string
}

/** A server that runs as a process of its own. */
export interface ServerProcess {
  readonly baseUrl: string
  readonly pid: number
  /** What it wrote to standard output so far. */
  readonly lines: readonly string[]
  readonly log: readonly LogLine[]
  signal(name: NodeJS.Signals): void
  readonly ended: Promise<Ended>
  /** SIGTERM, and the end. */
  stop(): Promise<Ended>
}

interface StartOptions {
  /** Relative to the project's folder. */
  readonly file: string
  readonly env?: Readonly<Record<string, string>>
  /** Also wait until photos are answered. */
  readonly untilReady?: boolean
  /** Of Node.js. */
  readonly flags?: readonly string[]
}

const ROOT = join(__dirname, '..', '..')
const START_LIMIT_MS = 60_000
const SOURCE_MAPS = ['--enable-source-maps']

/**
 * Starts one of the bundles of `npm run build` on a free port and waits until it listens.
 *
 * @throws Error with what it wrote, if it ends before
 */
export async function startServer({
  file,
  env = {},
  untilReady = true,
  flags = SOURCE_MAPS,
}: StartOptions): Promise<ServerProcess> {
  const running = run({ file, env, flags })
  const { lines, ended } = running
  const baseUrl = await untilUp(running, file, untilReady).catch(async (error: unknown) => {
    // Nobody else knows it, and as long as it runs, who started it does not end.
    running.child.kill('SIGKILL')
    await ended
    throw error
  })
  return {
    baseUrl,
    pid: running.child.pid ?? 0,
    lines,
    get log() {
      return toLog(lines)
    },
    signal: (name) => running.child.kill(name),
    ended,
    stop() {
      running.child.kill('SIGTERM')
      return ended
    },
  }
}

/** Its address. */
async function untilUp(running: Running, file: string, untilReady: boolean): Promise<string> {
  const { lines, ended } = running
  const baseUrl = await Promise.race([
    untilLine(running, (line) =>
      line['msg'] === 'listening' ? String(line['address']) : undefined,
    ),
    ended.then(({ exitCode, stderr }) => {
      throw new Error(`${file} ended with ${String(exitCode)}: ${stderr}\n${lines.join('\n')}`)
    }),
  ])
  if (!untilReady) return baseUrl
  await Promise.race([
    untilLine(running, (line) => (line['msg'] === 'ready' ? true : undefined)),
    ended.then(() => {
      throw new Error(`${file} ended before it was ready:\n${lines.join('\n')}`)
    }),
  ])
  return baseUrl
}

/** Runs a bundle to its end, as for a start that must fail. */
export async function runToEnd(
  file: string,
  env: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
): Promise<Ended & { readonly lines: readonly string[] }> {
  const { ended, lines } = run({ file, env, flags: SOURCE_MAPS, args })
  return { ...(await ended), lines }
}

interface Running {
  readonly child: ChildProcess
  readonly lines: readonly string[]
  readonly ended: Promise<Ended>
}

const children = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

function run({
  file,
  env,
  flags,
  args = [],
}: {
  readonly file: string
  readonly env: Readonly<Record<string, string>>
  readonly flags: readonly string[]
  readonly args?: readonly string[]
}): Running {
  const child = spawn(process.execPath, [...flags, join(ROOT, file), ...args], {
    cwd: ROOT,
    env: { ...process.env, PORT: '0', FUNC_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.add(child)
  const lines: string[] = []
  let stderr = ''
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = once(child, 'close').then(([exitCode]) => {
    children.delete(child)
    return { exitCode: exitCode as number | null, stderr }
  })
  return { child, lines, ended }
}

const toLog = (lines: readonly string[]): LogLine[] =>
  lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as LogLine)

/** The first value that `pick` finds in the log. */
async function untilLine<T>(
  { lines, child }: Running,
  pick: (line: LogLine) => T | undefined,
): Promise<T> {
  const signal = AbortSignal.timeout(START_LIMIT_MS)
  for (;;) {
    for (const line of toLog(lines)) {
      const picked = pick(line)
      if (picked !== undefined) return picked
    }
    if (child.stdout === null) throw new Error('no standard output')
    await once(child.stdout, 'data', { signal })
    await new Promise((resolve) => setImmediate(resolve))
  }
}
