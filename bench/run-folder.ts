import { join } from 'node:path'

/** The raw files of a run folder; the report's files are made of them alone. */
export const RUN_FILE = 'run.json'
export const ENVIRONMENT_FILE = 'environment.json'
export const TRIALS_FILE = 'trials.ndjson'
export const REQUESTS_FILE = 'requests.csv.gz'

/** A folder of its own for each run, in the order of time. */
export function toNewFolder(kind: string): string {
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-')
  return join('runs', `${time}-${kind}`)
}
