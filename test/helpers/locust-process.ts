import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const ROOT = join(__dirname, '..', '..')
const LOCUST_FILE = 'bench/locust/locustfile.py'
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
export const runLocust = (args: readonly string[]): Promise<LocustEnd> =>
  runWithPage(['--headless', ...args])

/** The same where Locust would be driven by its own page. */
export function runWithPage(args: readonly string[]): Promise<LocustEnd> {
  const all = ['-m', 'locust', '-f', LOCUST_FILE, '--only-summary', ...args]
  return runPython(all)
}

/** Runs a line of Python that knows the locustfile. */
export const runInLocustFile = (line: string): Promise<LocustEnd> =>
  runPython(['-c', `import sys; sys.path.insert(0, 'bench/locust'); import locustfile; ${line}`])

function runPython(args: readonly string[]): Promise<LocustEnd> {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' }
  const options = { cwd: ROOT, env, timeout: TIME_LIMIT_MS, killSignal: 'SIGKILL' } as const
  return new Promise((resolve) => {
    execFile(python(), args, options, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : Number(error.code)
      resolve({ exitCode, output: stdout + stderr })
    })
  })
}
