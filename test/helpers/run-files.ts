import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TRIALS_FILE } from '../../bench/run-folder'

/** What is in the folder of a finished run. */
export const RUN_FILES = [
  'environment.json',
  'report.html',
  'report.json',
  'report.md',
  'report.svg',
  'requests.csv.gz',
  'run.json',
  'trials.ndjson',
]

/** The files of a run folder and the SHA-256 of what is in each. */
export async function readFiles(folder: string): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(folder)).sort()
  const entries = names.map(async (name) => {
    const bytes = await readFile(join(folder, name))
    return [name, createHash('sha256').update(bytes).digest('hex')] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

/** How many trials a run has recorded so far. */
export async function countTrials(folder: string): Promise<number> {
  const text = await readFile(join(folder, TRIALS_FILE), 'utf8').catch(() => '')
  return text.split('\n').length - 1
}
