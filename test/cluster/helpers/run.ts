import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** How a program ended. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
  /** Given to its standard input. */
  readonly input?: string
  /** Ends it. */
  readonly signal?: AbortSignal
  /** Ends it after so long, ms. */
  readonly timeout?: number
}

const TIMEOUT_MS = 300_000

/** Runs a program to its end, whatever that is; one that took too long has no exit code. */
export async function run(
  command: string,
  args: readonly string[],
  { env = {}, cwd, input = '', signal, timeout = TIMEOUT_MS }: RunOptions = {},
): Promise<Ended> {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    ...(cwd !== undefined && { cwd }),
    timeout,
  })
  const kill = () => child.kill()
  signal?.addEventListener('abort', kill)
  const written = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (written[name] += text))
  }
  child.stdin.end(input)
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...written }
}

/**
 * The standard output of a program that has to succeed.
 *
 * @throws Error with all that it wrote
 */
export async function output(...args: Parameters<typeof run>): Promise<string> {
  const { code, stdout, stderr } = await run(...args)
  if (code === 0) return stdout.trim()
  const [command, rest] = args
  throw new Error(`${command} ${rest.join(' ')} exited with ${String(code)}:\n${stdout}\n${stderr}`)
}
