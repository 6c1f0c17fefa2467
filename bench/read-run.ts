import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { constants, gunzipSync } from 'node:zlib'
import type { Environment } from './environment'
import { parseCsv } from './requests-csv'
import { ENVIRONMENT_FILE, REQUESTS_FILE, RUN_FILE, TRIALS_FILE } from './run-folder'
import type { Observation, Run, Trial } from './run'

/** All that a run folder's raw files hold. */
export interface RawRun {
  readonly run: Run
  readonly environment: Environment
  readonly trials: readonly MeasuredTrial[]
}

export interface MeasuredTrial extends Trial {
  readonly observations: readonly Observation[]
}

/** The folder is not a run, or its raw files are damaged. */
export class RunFolderError extends Error {
  override readonly name = 'RunFolderError'
}

/**
 * Reads the raw files of a run, also of one that was cut short.
 *
 * @throws RunFolderError naming the file
 */
export async function readRun(folder: string): Promise<RawRun> {
  const run = await read(folder, RUN_FILE, (bytes) => toVersion1(JSON.parse(bytes.toString())))
  const environment = await read(
    folder,
    ENVIRONMENT_FILE,
    (bytes) => JSON.parse(bytes.toString()) as Environment,
  )
  const rows = await read(folder, REQUESTS_FILE, (bytes) =>
    // A full disk may have cut the last member short.
    parseCsv(gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }).toString()),
  )
  const trials = await read(folder, TRIALS_FILE, (bytes) =>
    toLines(bytes.toString()).map((line) => withRows(JSON.parse(line) as Trial, rows)),
  )
  return { run, environment, trials }
}

async function read<T>(folder: string, file: string, parse: (bytes: Buffer) => T): Promise<T> {
  let bytes: Buffer
  try {
    bytes = await readFile(join(folder, file))
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException
    const reason = code === 'ENOENT' || code === 'ENOTDIR' ? 'is not there' : `gives ${code}`
    throw new RunFolderError(`${folder} is not a run folder: ${file} ${reason}`, { cause })
  }
  try {
    return parse(bytes)
  } catch (cause) {
    const { message } = cause as Error
    throw new RunFolderError(`${file} of ${folder} is damaged: ${message}`, { cause })
  }
}

function toVersion1(value: unknown): Run {
  const { version, kind } = (value ?? {}) as { readonly version?: unknown; readonly kind?: unknown }
  if (typeof kind === 'string') throw new Error(`it is a run of another kind (${kind})`)
  if (version === 1) return value as Run
  throw new Error('it is not of version 1')
}

const toLines = (text: string): string[] => text.split('\n').slice(0, -1)

function withRows(trial: Trial, rows: ReadonlyMap<number, readonly Observation[]>): MeasuredTrial {
  const observations = rows.get(trial.id) ?? []
  if (observations.length === trial.requests) return { ...trial, observations }
  throw new Error(
    `trial ${trial.id} has ${trial.requests} requests, but ${REQUESTS_FILE} ${observations.length}`,
  )
}
