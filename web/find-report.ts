import { access, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** There is no report in the folder that was named. */
export class ReportError extends Error {
  override readonly name = 'ReportError'
}

const REPORT_FILE = 'report.html'
/** Where the harness puts its runs. */
const RUNS = 'runs'
/** The run that the README quotes. */
const COMMITTED = join('results', 'clusters', 'photo-net', REPORT_FILE)

/**
 * The report of a run's folder.
 *
 * @throws ReportError if there is none
 */
export async function requireReport(folder: string): Promise<string> {
  const file = join(folder, REPORT_FILE)
  if (await exists(file)) return file
  throw new ReportError(
    `--report: there is no ${REPORT_FILE} in "${folder}"; npm run report -- ${folder} makes it of a run`,
  )
}

/** The report that was written last in `root`'s runs, else the committed one; undefined: there is neither. */
export async function findReport(root: string): Promise<string | undefined> {
  const runs = await readdir(join(root, RUNS)).catch(() => [])
  const found = await Promise.all(
    runs.map(async (run) => {
      const file = join(root, RUNS, run, REPORT_FILE)
      const writtenAt = await stat(file).then(
        ({ mtimeMs }) => mtimeMs,
        () => undefined,
      )
      return writtenAt === undefined ? [] : [{ file, writtenAt }]
    }),
  )
  const [newest] = found.flat().sort((one, other) => other.writtenAt - one.writtenAt)
  if (newest !== undefined) return newest.file
  const committed = join(root, COMMITTED)
  return (await exists(committed)) ? committed : undefined
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  )
