import { join } from 'node:path'
import { INTERRUPTED, listenForInterrupt } from './interrupt'
import { PhotosError } from './photos/folder'
import { createProgress } from './progress'
import type { Progress } from './progress'
import { recordEnvironment } from './record-environment'
import { RecorderError } from './recorder'
import { createRowRecorder } from './row-run'
import type { KindOfRun, RowRecorder, RowRunFormat } from './row-run'
import { runProgram } from './run-program'
import { UsageError } from './usage-error'

const ROOT = join(__dirname, '..')

/** What every measurement is given. */
export interface RowRunContext<R, Row> {
  /** The project's folder. */
  readonly root: string
  readonly recorder: RowRecorder<R, Row>
  readonly progress: Progress
  /** Interrupts: what was measured so far is kept. */
  readonly signal: AbortSignal
}

/** Where the run folder is to be. */
interface WithOut {
  readonly out: string
}

interface RowRunProgram<R extends KindOfRun, Row, Options extends WithOut, Report> {
  /** Its script in package.json. */
  readonly script: string
  readonly format: RowRunFormat<R>
  readonly usage: string
  readonly readOptions: (args: readonly string[]) => Options | 'help'
  readonly measure: (options: Options, context: RowRunContext<R, Row>) => Promise<void>
  readonly rebuild: (folder: string) => Promise<Report>
  readonly toText: (report: Report, folder: string) => string
}

/** Runs a program that measures into a run folder, writes the report, and ends with the status that the help tells. */
export function runRowRunProgram<
  R extends KindOfRun,
  Row,
  Options extends WithOut,
  Report extends { readonly valid: boolean },
>(program: RowRunProgram<R, Row, Options, Report>): void {
  const main = async (args: readonly string[]): Promise<number> => {
    const options = program.readOptions(args)
    if (options !== 'help') return measureAndReport(program, options)
    process.stdout.write(program.usage)
    return 0
  }
  runProgram({ name: program.script, main, toExitCode })
}

async function measureAndReport<
  R extends KindOfRun,
  Row,
  Options extends WithOut,
  Report extends { readonly valid: boolean },
>(
  { format, measure, rebuild, toText }: RowRunProgram<R, Row, Options, Report>,
  options: Options,
): Promise<number> {
  const { out } = options
  const recorder = await createRowRecorder<R, Row>(out, format)
  const progress = createProgress(process.stderr)
  const { signal, close } = listenForInterrupt(() => {
    progress.say('stopping; again to end at once')
  })
  try {
    await recordEnvironment(recorder, ROOT, () => {
      progress.say(`measuring into ${out}`)
      return measure(options, { root: ROOT, recorder, progress, signal })
    })
  } finally {
    close()
  }
  const report = await rebuild(out)
  process.stdout.write(toText(report, out))
  if (signal.aborted) return INTERRUPTED
  return report.valid ? 0 : 2
}

function toExitCode(error: unknown): number {
  if (error instanceof UsageError) return 64
  if (error instanceof PhotosError) return 65
  if (error instanceof RecorderError) return error.early ? 73 : 74
  return 1
}
