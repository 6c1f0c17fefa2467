import { join } from 'node:path'
import { INTERRUPTED, listenForInterrupt } from './interrupt'
import { createProgress } from './progress'
import type { Progress } from './progress'
import { recordEnvironment } from './record-environment'
import { RecorderError } from './recorder'
import { createRowRecorder } from './row-run'
import type { KindOfRun, RowRecorder, RowRunFormat } from './row-run'
import type { RowRunOptions } from './row-run-options'
import { runProgram } from './run-program'
import { UsageError } from './usage-error'

const ROOT = join(__dirname, '..')

/** What every measurement of both clusters is given. */
export interface RowRunContext<R, Row> {
  readonly kubeconfigs: RowRunOptions['kubeconfigs']
  /** Undefined: what is there is measured. */
  readonly deploy: { readonly settings: Readonly<Record<string, string>> } | undefined
  /** The project's folder. */
  readonly root: string
  readonly recorder: RowRecorder<R, Row>
  readonly progress: Progress
  /** Interrupts: what was measured so far is kept. */
  readonly signal: AbortSignal
}

interface RowRunProgram<R extends KindOfRun, Row, Options extends RowRunOptions, Report> {
  readonly format: RowRunFormat<R>
  readonly usage: string
  readonly readOptions: (args: readonly string[]) => Options | 'help'
  readonly measure: (options: Options, context: RowRunContext<R, Row>) => Promise<void>
  readonly rebuild: (folder: string) => Promise<Report>
  readonly toText: (report: Report, folder: string) => string
}

/** Runs `npm run KIND`: measures into a run folder, writes the report, and ends with the status that the help tells. */
export function runRowRunProgram<
  R extends KindOfRun,
  Row,
  Options extends RowRunOptions,
  Report extends { readonly valid: boolean },
>(program: RowRunProgram<R, Row, Options, Report>): void {
  const main = async (args: readonly string[]): Promise<number> => {
    const options = program.readOptions(args)
    if (options !== 'help') return measureAndReport(program, options)
    process.stdout.write(program.usage)
    return 0
  }
  runProgram({ name: program.format.kind, main, toExitCode })
}

async function measureAndReport<
  R extends KindOfRun,
  Row,
  Options extends RowRunOptions,
  Report extends { readonly valid: boolean },
>(
  { format, measure, rebuild, toText }: RowRunProgram<R, Row, Options, Report>,
  options: Options,
): Promise<number> {
  const { kubeconfigs, deploy, model, out } = options
  const recorder = await createRowRecorder<R, Row>(out, format)
  const progress = createProgress(process.stderr)
  const { signal, close } = listenForInterrupt(() => {
    progress.say('stopping; again to end at once')
  })
  const settings = { MODEL: model, ENGINE: 'auto', DECODER: 'auto' }
  try {
    await recordEnvironment(recorder, ROOT, () => {
      progress.say(`measuring into ${out}`)
      return measure(options, {
        ...{ kubeconfigs, root: ROOT, recorder, progress, signal },
        deploy: deploy ? { settings } : undefined,
      })
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
  if (error instanceof RecorderError) return error.early ? 73 : 74
  return 1
}
