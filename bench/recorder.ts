import { appendFile, mkdir, readdir, rename, stat, statfs, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Environment } from './environment'
import { HEADER, toCsv } from './requests-csv'
import { ENVIRONMENT_FILE, REQUESTS_FILE, RUN_FILE, TRIALS_FILE } from './run-folder'
import type { Observation, Run, Trial } from './run'
import { UsageError } from './usage-error'

/** Writes a run's raw files while it goes on: what is recorded outlives whatever ends it. */
export interface Recorder extends StateWriter<Run> {
  /** The rows first: a trial that is listed has all of them. */
  recordTrial(trial: Trial, observations: readonly Observation[]): Promise<void>
}

/** The run folder cannot be made, or not be written any more. */
export class RecorderError extends Error {
  override readonly name = 'RecorderError'
  /** While it was made, before anything was measured. */
  readonly early: boolean

  constructor(message: string, { early, cause }: { early: boolean; cause?: unknown }) {
    super(message, { cause })
    this.early = early
  }
}

/** A full run has some 3 MB. */
const NEEDED_BYTES = 32 * 2 ** 20

/**
 * Makes the run folder.
 *
 * @throws UsageError if it has something in it
 * @throws RecorderError if it cannot be made or written, or has no room for a run
 */
export async function createRecorder(folder: string): Promise<Recorder> {
  const path = (file: string): string => join(folder, file)
  await makeRunFolder(folder, async () => {
    await writeFile(path(REQUESTS_FILE), gzipSync(HEADER))
    await writeFile(path(TRIALS_FILE), '')
  })
  return {
    ...createStateWriter<Run>(folder),
    recordTrial: (trial, observations) =>
      tryTo('write', folder, false, async () => {
        // Members one after the other are one gzip file (RFC 1952).
        await appendFile(path(REQUESTS_FILE), gzipSync(toCsv(trial.id, observations), { level: 9 }))
        await appendFile(path(TRIALS_FILE), `${JSON.stringify(trial)}\n`)
      }),
  }
}

/** Writes the files of a run that are replaced as it goes on. */
export interface StateWriter<R> {
  readonly folder: string
  writeRun(run: R): Promise<void>
  writeEnvironment(environment: Environment): Promise<void>
}

export function createStateWriter<R>(folder: string): StateWriter<R> {
  return {
    folder,
    writeRun: (run) => writeFiles(folder, { [RUN_FILE]: toJson(run) }),
    writeEnvironment: (environment) =>
      writeFiles(folder, { [ENVIRONMENT_FILE]: toJson(environment) }),
  }
}

/**
 * Writes files of a run folder, by their names, in place of those that there are.
 *
 * @throws RecorderError if one cannot be written
 */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  return tryTo('write', folder, false, async () => {
    for (const [name, content] of Object.entries(files)) {
      await replaceFile(join(folder, name), content)
    }
  })
}

/**
 * Makes a run folder, and its first files.
 *
 * @throws UsageError if it has something in it
 * @throws RecorderError if it cannot be made or written, or has no room for a run
 */
export function makeRunFolder(folder: string, writeFirst: () => Promise<void>): Promise<void> {
  return tryTo('make', folder, true, async () => {
    await makeFolder(folder)
    if ((await readdir(folder)).length > 0) {
      throw new UsageError(`--out ${folder} has something in it: name a new or empty folder`)
    }
    const { bavail, bsize } = await statfs(folder)
    if (bavail * bsize < NEEDED_BYTES) throw new FullError(bavail * bsize)
    await writeFirst()
  })
}

/** With those above it. Node's own `recursive` never ends where the system says ENOENT of a folder that is there: /proc. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' && (await stat(folder)).isDirectory()) return
    if (code !== 'ENOENT' || dirname(folder) === folder) throw error
    await makeFolder(dirname(folder))
    await mkdir(folder)
  }
}

class FullError extends Error {
  readonly code = 'ENOSPC'

  constructor(free: number) {
    super(`only ${(free / 2 ** 20).toFixed(1)} MB are free, ${NEEDED_BYTES / 2 ** 20} are needed`)
  }
}

export const toJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** A rename is all or nothing: a full disk leaves the last state, not half of the next. */
async function replaceFile(path: string, content: string): Promise<void> {
  await writeFile(`${path}.new`, content)
  await rename(`${path}.new`, path)
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space or name another folder with --out',
  EDQUOT: 'the disk quota is used up: free some space or name another folder with --out',
  EACCES: 'no permission: name another folder with --out',
  EPERM: 'no permission: name another folder with --out',
  EROFS: 'the file system is read-only: name another folder with --out',
  ENOTDIR: 'a part of the path is a file: name another folder with --out',
  EEXIST: 'there is a file of that name: name another folder with --out',
}

/** @throws RecorderError with what to do, for what the system refuses */
export async function tryTo(
  verb: 'make' | 'write',
  folder: string,
  early: boolean,
  action: () => Promise<void>,
): Promise<void> {
  try {
    await action()
  } catch (cause) {
    if (cause instanceof UsageError) throw cause
    const { code = '', message } = cause as NodeJS.ErrnoException
    const detail = cause instanceof FullError ? ` (${message})` : ''
    const reason = `${REASONS[code] ?? message}${detail}`
    throw new RecorderError(`cannot ${verb} ${folder}: ${reason}`, { early, cause })
  }
}
