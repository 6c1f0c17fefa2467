import { readRun, RunFolderError } from '../read-run'
import { runProgram } from '../run-program'
import { UsageError } from '../usage-error'
import { compareRuns } from './compare-runs'
import type { NamedRun } from './compare-runs'
import { toRunsMarkdown } from './markdown'
import { readCompareRunsOptions, USAGE } from './options'
import type { RunsReport } from './report'
import { toOutcome } from './slower-gate'

const INVALID = 2
const STATUSES = { PASS: 0, INCONCLUSIVE: INVALID, FAIL: 3 }

async function main(args: readonly string[]): Promise<number> {
  const options = readCompareRunsOptions(args)
  if (options === 'help') {
    process.stdout.write(USAGE)
    return 0
  }
  const [base, later] = [await read(options.base), await read(options.later)]
  const report = compareRuns(base, later, options.rule)
  const { format } = options
  process.stdout.write(
    format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : toRunsMarkdown(report),
  )
  return toStatus(report)
}

const read = async (folder: string): Promise<NamedRun> => ({ folder, raw: await readRun(folder) })

/** Of figures that may not be trusted nothing is called slower. */
function toStatus({ base, later, gate }: RunsReport): number {
  if (!base.valid || !later.valid) return INVALID
  return gate === null ? 0 : STATUSES[toOutcome(gate)]
}

function toExitCode(error: unknown): number {
  if (error instanceof UsageError) return 64
  return error instanceof RunFolderError ? 65 : 1
}

runProgram({ name: 'compare-runs', main, toExitCode })
