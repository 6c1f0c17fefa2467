/** The raw files of a run folder; the report's files are made of them alone. */
export const RUN_FILE = 'run.json'
export const ENVIRONMENT_FILE = 'environment.json'
export const TRIALS_FILE = 'trials.ndjson'
export const REQUESTS_FILE = 'requests.csv.gz'
