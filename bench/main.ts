import { join } from 'node:path'
import { compare } from './compare'
import { INTERRUPTED, listenForInterrupt } from './interrupt'
import { readOptions } from './options'
import { PhotosError } from './photos/folder'
import { createProgress } from './progress'
import { RecorderError } from './recorder'
import { toText } from './report/text'
import { runProgram } from './run-program'
import { USAGE } from './usage'
import { UsageError } from './usage-error'

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args)
  if (options === 'help') {
    process.stdout.write(USAGE)
    return 0
  }
  const progress = createProgress(process.stderr)
  const { signal, close } = listenForInterrupt(() => {
    progress.say('stopping; again to end at once')
  })
  try {
    const root = join(__dirname, '..')
    const { report, folder } = await compare(options, { root, progress, signal })
    process.stdout.write(toText(report, folder))
    if (signal.aborted) return INTERRUPTED
    return report.valid ? 0 : 2
  } catch (error) {
    if (!signal.aborted || error instanceof RecorderError) throw error
    return INTERRUPTED
  } finally {
    progress.end()
    close()
  }
}

function toExitCode(error: unknown): number {
  if (error instanceof UsageError) return 64
  if (error instanceof PhotosError) return 65
  if (error instanceof RecorderError) return error.early ? 73 : 74
  return 1
}

runProgram({ name: 'compare', main, toExitCode })
