import { existsSync } from 'node:fs'
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { constants, gunzipSync, gzipSync } from 'node:zlib'
import type { Environment } from './environment'
import { RunFolderError } from './read-run'
import { makeRunFolder, replaceFile, toJson, tryTo } from './recorder'
import { ENVIRONMENT_FILE, RUN_FILE } from './run-folder'

/** What run.json of such a run has at least. */
interface KindOfRun {
  readonly kind: string
  readonly version: 1
}

/** A run of another kind than a comparison: run.json, environment.json, and a file with a row a line (.gz: compressed). */
export interface RowRunFormat<R extends KindOfRun> {
  readonly kind: R['kind']
  readonly rowsFile: string
}

/** Writes the raw files of a run while it goes on. */
export interface RowRecorder<R, Row> {
  readonly folder: string
  writeRun(run: R): Promise<void>
  writeEnvironment(environment: Environment): Promise<void>
  recordRow(row: Row): Promise<void>
}

/** All that the run's folder holds. */
export interface RawRowRun<R, Row> {
  readonly run: R
  readonly environment: Environment
  readonly rows: readonly Row[]
}

/**
 * Makes the run folder.
 *
 * @throws UsageError if it has something in it
 * @throws RecorderError if it cannot be made or written
 */
export async function createRowRecorder<R extends KindOfRun, Row>(
  folder: string,
  { rowsFile }: RowRunFormat<R>,
): Promise<RowRecorder<R, Row>> {
  const path = (file: string): string => join(folder, file)
  await makeRunFolder(folder, () => writeFile(path(rowsFile), ''))
  const write = (action: () => Promise<void>): Promise<void> =>
    tryTo('write', folder, false, action)
  return {
    folder,
    writeRun: (run) => write(() => replaceFile(path(RUN_FILE), toJson(run))),
    writeEnvironment: (environment) =>
      write(() => replaceFile(path(ENVIRONMENT_FILE), toJson(environment))),
    recordRow: (row) => write(() => appendFile(path(rowsFile), encode(rowsFile, row))),
  }
}

/**
 * Reads the raw files of a run, also of one that was cut short.
 *
 * @throws RunFolderError naming the file
 */
export async function readRowRun<R extends KindOfRun, Row>(
  folder: string,
  { kind, rowsFile }: RowRunFormat<R>,
): Promise<RawRowRun<R, Row>> {
  return {
    run: await readOf(folder, RUN_FILE, (text) => toRun<R>(JSON.parse(text), kind)),
    environment: await readOf(folder, ENVIRONMENT_FILE, (text) => JSON.parse(text) as Environment),
    rows: await readOf(folder, rowsFile, (text) =>
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Row),
    ),
  }
}

/** Whether a run folder is one of this kind; what is none at all is told by who reads it. */
export function isOfFormat<R extends KindOfRun>(
  folder: string,
  { rowsFile }: RowRunFormat<R>,
): boolean {
  return existsSync(join(folder, rowsFile))
}

/** Members one after the other are one gzip file (RFC 1952). */
function encode(file: string, row: unknown): string | Buffer {
  const line = `${JSON.stringify(row)}\n`
  return file.endsWith('.gz') ? gzipSync(line, { level: 9 }) : line
}

async function readOf<T>(folder: string, file: string, parse: (text: string) => T): Promise<T> {
  try {
    const bytes = await readFile(join(folder, file))
    // A full disk may have cut the last member short.
    const whole = file.endsWith('.gz') && bytes.length > 0
    const text = whole ? gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }) : bytes
    return parse(text.toString())
  } catch (cause) {
    const { message } = cause as Error
    throw new RunFolderError(`${file} of ${folder} is not there or damaged: ${message}`, { cause })
  }
}

function toRun<R extends KindOfRun>(value: unknown, kind: R['kind']): R {
  const { kind: actual, version } = value as Partial<KindOfRun>
  if (actual === kind && version === 1) return value as R
  throw new Error(`it is none of ${kind}, version 1`)
}
