import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

/** A virtual environment that is there, or why there is none. */
export type PythonEnvironment =
  | { readonly state: 'ready'; readonly programs: string; readonly packages: readonly string[] }
  | { readonly state: 'unavailable'; readonly reason: string }

interface EnvironmentOptions {
  readonly name: string
  readonly packages: readonly string[]
  readonly cacheFolder: string
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

const PYTHON = process.platform === 'win32' ? 'python' : 'python3'
/** TensorFlow's wheels have 500 MB. */
const INSTALL_LIMIT_MS = 1_200_000
const MOST_OUTPUT_BYTES = 64 * 1024 * 1024
const KEPT_REASON = 300

/**
 * A virtual environment with packages of certain versions, made once and found again by what is in it. What cannot be
 * installed is told, not thrown.
 *
 * @throws the signal's reason after an abort
 */
export async function preparePythonEnvironment(
  options: EnvironmentOptions,
): Promise<PythonEnvironment> {
  const { name, packages, cacheFolder, signal, say } = options
  const key = createHash('sha256').update(packages.join('\n')).digest('hex').slice(0, 12)
  const folder = resolve(cacheFolder, `${name}-${key}`)
  try {
    if (!(await isComplete(folder, packages))) {
      say(`  ${name}: installing ${packages.join(' ')}`)
      await install(folder, options)
    }
    const programs = toPrograms(folder)
    const { stdout } = await run(join(programs, 'python'), ['-m', 'pip', 'freeze'], signal)
    return { state: 'ready', programs, packages: stdout.trim().split('\n') }
  } catch (error) {
    signal.throwIfAborted()
    return { state: 'unavailable', reason: toReason(error) }
  }
}

/** Written last: an environment without it was cut short. */
const DONE = 'complete'

/** Its programs name the folder that they were installed into, and do not start from another: it is noted with them. */
const toDone = (folder: string, packages: readonly string[]): string =>
  `${[folder, ...packages].join('\n')}\n`

async function isComplete(folder: string, packages: readonly string[]): Promise<boolean> {
  const done = await readFile(join(folder, DONE), 'utf8').catch(() => undefined)
  return done === toDone(folder, packages)
}

async function install(folder: string, { packages, signal }: EnvironmentOptions): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await run(PYTHON, ['-m', 'venv', folder], signal)
  const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--quiet']
  await run(join(toPrograms(folder), 'python'), [...pip, ...packages], signal)
  const draft = join(folder, `${DONE}.draft`)
  await writeFile(draft, toDone(folder, packages))
  await rename(draft, join(folder, DONE))
}

const toPrograms = (folder: string): string =>
  join(folder, process.platform === 'win32' ? 'Scripts' : 'bin')

const run = (file: string, args: readonly string[], signal: AbortSignal) =>
  promisify(execFile)(file, [...args], {
    ...{ signal, timeout: INSTALL_LIMIT_MS, maxBuffer: MOST_OUTPUT_BYTES },
  })

/** The last line that says what was wrong: pip's, or that there is no Python. */
function toReason(error: unknown): string {
  const { code, stderr, message } = error as { code?: unknown; stderr?: string; message: string }
  if (code === 'ENOENT') return `there is no ${PYTHON}`
  const lines = (stderr ?? '').split('\n').filter((line) => /error|No module/i.test(line))
  return (lines.at(-1) ?? message.split('\n')[0] ?? message).slice(0, KEPT_REASON)
}
