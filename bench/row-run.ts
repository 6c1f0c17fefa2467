import { existsSync } from 'node:fs'
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { constants, gunzipSync, gzipSync } from 'node:zlib'
import type { Environment } from './environment'
import { RunFolderError } from './read-run'
import { createStateWriter, makeRunFolder, toJson, tryTo, writeFiles } from './recorder'
import type { StateWriter } from './recorder'
import { ENVIRONMENT_FILE, RUN_FILE } from './run-folder'
import { TargetError } from './targets/target'

/** What run.json of such a run has at least. */
export interface KindOfRun {
  readonly kind: string
  readonly version: 1
  /** In words: each makes the run INVALID. */
  readonly failures: readonly string[]
  readonly state: 'running' | 'completed' | 'failed' | 'interrupted'
}

/** A run of another kind than a comparison: run.json, environment.json, and a file with a row a line (.gz: compressed). */
export interface RowRunFormat<R extends KindOfRun> {
  readonly kind: R['kind']
  readonly rowsFile: string
}

/** Writes the raw files of a run while it goes on. */
export interface RowRecorder<R, Row> extends StateWriter<R> {
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
  const rows = join(folder, rowsFile)
  await makeRunFolder(folder, () => writeFile(rows, ''))
  return {
    ...createStateWriter<R>(folder),
    recordRow: (row) =>
      tryTo('write', folder, false, () => appendFile(rows, encode(rowsFile, row))),
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

/** The same report, as each of its files has it. */
interface ReportForms<Report> {
  readonly toMarkdown: (report: Report) => string
  readonly toPlot: (report: Report) => Promise<string>
}

/**
 * Writes the report files of a run.
 *
 * @throws RecorderError if one cannot be written
 */
export async function writeReport<Report>(
  folder: string,
  report: Report,
  { toMarkdown, toPlot }: ReportForms<Report>,
): Promise<Report> {
  await writeFiles(folder, {
    'report.json': toJson(report),
    'report.md': toMarkdown(report),
    'report.svg': await toPlot(report),
  })
  return report
}

/** Changes what run.json says of a run. */
export type UpdateRun<R> = (changes: Partial<R>) => Promise<void>

/**
 * Measures, and keeps run.json as it goes on and as it ends: what goes wrong with a target becomes one of its
 * `failures`.
 *
 * @param first run.json before anything is measured
 * @param signal interrupts
 * @throws what `measure` throws of anything but a target
 */
export async function recordRun<R extends KindOfRun>(
  recorder: StateWriter<R>,
  first: R,
  signal: AbortSignal,
  measure: (update: UpdateRun<R>) => Promise<void>,
): Promise<void> {
  let run = first
  const update = (changes: Partial<KindOfRun> | Partial<R>): Promise<void> => {
    run = { ...run, ...changes }
    return recorder.writeRun(run)
  }
  await update({})
  try {
    await measure(update)
    await update({ state: 'completed' })
  } catch (error) {
    if (signal.aborted) await update({ state: 'interrupted' })
    else if (error instanceof TargetError) {
      await update({ state: 'failed', failures: [error.message] })
    } else throw error
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
