import { PhotosError } from '../photos/folder'
import { RecorderError } from '../recorder'
import { toText } from '../report/text'
import { runProgram } from '../run-program'
import { UsageError } from '../usage-error'
import { ImportError } from './import-error'
import { importRun } from './import-run'
import { readImportOptions, USAGE } from './options'

async function main(args: readonly string[]): Promise<number> {
  const options = readImportOptions(args)
  if (options === 'help') {
    process.stdout.write(USAGE)
    return 0
  }
  const report = await importRun(options)
  process.stdout.write(toText(report, options.out))
  return report.valid ? 0 : 2
}

function toExitCode(error: unknown): number {
  if (error instanceof UsageError) return 64
  if (error instanceof ImportError || error instanceof PhotosError) return 65
  if (error instanceof RecorderError) return error.early ? 73 : 74
  return 1
}

runProgram({ name: 'import', main, toExitCode })
