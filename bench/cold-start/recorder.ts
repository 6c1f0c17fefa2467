import { existsSync } from 'node:fs'
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Environment } from '../environment'
import { RunFolderError } from '../read-run'
import { makeRunFolder, replaceFile, toJson, tryTo } from '../recorder'
import { ENVIRONMENT_FILE, RUN_FILE } from '../run-folder'
import type { ColdStart } from './cold-start'
import type { ColdStartRun } from './run'

/** A line a start. */
const STARTS_FILE = 'cold-starts.ndjson'

/** Writes the raw files of cold starts while they go on. */
export interface ColdStartRecorder {
  writeRun(run: ColdStartRun): Promise<void>
  writeEnvironment(environment: Environment): Promise<void>
  recordStart(start: ColdStart): Promise<void>
}

/**
 * Makes the run folder.
 *
 * @throws UsageError if it has something in it
 * @throws RecorderError if it cannot be made or written
 */
export async function createColdStartRecorder(folder: string): Promise<ColdStartRecorder> {
  const path = (file: string): string => join(folder, file)
  await makeRunFolder(folder, () => writeFile(path(STARTS_FILE), ''))
  const write = (action: () => Promise<void>): Promise<void> =>
    tryTo('write', folder, false, action)
  return {
    writeRun: (run) => write(() => replaceFile(path(RUN_FILE), toJson(run))),
    writeEnvironment: (environment) =>
      write(() => replaceFile(path(ENVIRONMENT_FILE), toJson(environment))),
    recordStart: (start) =>
      write(() => appendFile(path(STARTS_FILE), `${JSON.stringify(start)}\n`)),
  }
}

/** All that the folder of cold starts holds. */
export interface RawColdStarts {
  readonly run: ColdStartRun
  readonly environment: Environment
  readonly starts: readonly ColdStart[]
}

/**
 * Reads the raw files of cold starts, also of a run that was cut short.
 *
 * @throws RunFolderError naming the file
 */
export async function readColdStarts(folder: string): Promise<RawColdStarts> {
  const read = async <T>(file: string, parse: (text: string) => T): Promise<T> => {
    try {
      return parse(await readFile(join(folder, file), 'utf8'))
    } catch (cause) {
      const { message } = cause as Error
      throw new RunFolderError(`${file} of ${folder} is not there or damaged: ${message}`, {
        cause,
      })
    }
  }
  return {
    run: await read(RUN_FILE, (text) => toColdStartRun(JSON.parse(text))),
    environment: await read(ENVIRONMENT_FILE, (text) => JSON.parse(text) as Environment),
    starts: await read(STARTS_FILE, (text) =>
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as ColdStart),
    ),
  }
}

/** Whether a run folder is one of cold starts; what is none at all is told by who reads it. */
export function isOfColdStarts(folder: string): boolean {
  return existsSync(join(folder, STARTS_FILE))
}

function toColdStartRun(value: unknown): ColdStartRun {
  const { kind, version } = value as Partial<ColdStartRun>
  if (kind === 'cold-start' && version === 1) return value as ColdStartRun
  throw new Error('it is none of cold starts, version 1')
}
