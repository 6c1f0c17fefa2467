import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const ROOT = join(__dirname, '..', '..')
/** Whatever hangs ends as a failure of its test. */
const TIME_LIMIT_MS = 120_000

const python = (): string => process.env['LOCUST_PYTHON'] ?? 'python3'

/** Why Locust cannot be run here, or undefined where it can. */
export async function whyNoLocust(): Promise<string | undefined> {
  try {
    await promisify(execFile)(python(), ['-m', 'locust', '--version'])
    return undefined
  } catch {
    return `${python()} has no package locust (LOCUST_PYTHON names another Python)`
  }
}

export interface LocustEnd {
  readonly exitCode: number
  /** Both streams. */
  readonly output: string
}

/** Runs bench/locust/locustfile.py to its end; a failed request makes Locust end with 1. */
export const runLocust = (args: readonly string[]): Promise<LocustEnd> => startLocust(args).ended

/** The same where Locust would be driven by its own page. */
export const runWithPage = (args: readonly string[]): Promise<LocustEnd> =>
  startPython([...LOCUST, ...args]).ended

/** Starts it. */
export const startLocust = (args: readonly string[]): LocustProcess =>
  startPython([...LOCUST, '--headless', ...args])

/** Runs a line of Python that knows the locustfile. */
export const runInLocustFile = (line: string): Promise<LocustEnd> =>
  startPython(['-c', `import sys; sys.path.insert(0, 'bench/locust'); import locustfile; ${line}`])
    .ended

const LOCUST = ['-m', 'locust', '-f', 'bench/locust/locustfile.py', '--only-summary']

interface LocustProcess {
  readonly ended: Promise<LocustEnd>
  /** As Ctrl-C does. */
  interrupt(): void
}

function startPython(args: readonly string[]): LocustProcess {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' }
  const options = { cwd: ROOT, env, timeout: TIME_LIMIT_MS, killSignal: 'SIGKILL' } as const
  let interrupt = (): void => undefined
  const ended = new Promise<LocustEnd>((resolve) => {
    const child = execFile(python(), args, options, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : Number(error.code)
      resolve({ exitCode, output: stdout + stderr })
    })
    interrupt = () => child.kill('SIGINT')
  })
  return { ended, interrupt }
}
