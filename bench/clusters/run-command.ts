import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { TargetError } from '../targets/target'

interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd: string
  readonly input?: string
  readonly signal: AbortSignal
  /** Told each line that it writes. */
  readonly onLine?: (line: string) => void
}

/** What of its end is told when it fails. */
const TAIL_LINES = 8

/**
 * Runs a program to its end.
 *
 * @returns its standard output
 * @throws TargetError if it is not there or fails, with the last lines that it wrote; the signal's reason
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  { env = {}, cwd, input = '', signal, onLine = () => undefined }: CommandOptions,
): Promise<string> {
  signal.throwIfAborted()
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env } })
  const stop = () => child.kill()
  signal.addEventListener('abort', stop)
  let stdout = ''
  const lines: string[] = []
  const readLines = (text: string) => {
    for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
      lines.push(line)
      onLine(line)
    }
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    readLines(text)
  })
  child.stderr.setEncoding('utf8').on('data', readLines)
  // A program that ends before it has read its input says why on its own.
  child.stdin.on('error', () => undefined).end(input)
  try {
    const [code] = (await once(child, 'close')) as [number | null]
    signal.throwIfAborted()
    if (code === 0) return stdout
    throw new TargetError(
      `${command} ${args[0] ?? ''} failed (${String(code)}): ${lines.slice(-TAIL_LINES).join(' | ')}`,
    )
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new TargetError(`${command} is not here, which --deploy needs`, { cause: error })
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
