import { join } from 'node:path'
import { INTERRUPTED, listenForInterrupt } from '../interrupt'
import { loadPhotos } from '../photos/photos'
import { createProgress } from '../progress'
import { completeEnvironment, readEnvironmentBefore } from '../read-environment'
import { RecorderError } from '../recorder'
import { createRowRecorder } from '../row-run'
import { runProgram } from '../run-program'
import { UsageError } from '../usage-error'
import type { ColdStart } from './cold-start'
import { measureColdStarts } from './measure'
import { readColdStartOptions, USAGE } from './options'
import { rebuildColdStarts } from './rebuild'
import { COLD_START_FORMAT } from './run'
import type { ColdStartRun } from './run'
import { toColdStartText } from './text'

const ROOT = join(__dirname, '../..')

async function main(args: readonly string[]): Promise<number> {
  const options = readColdStartOptions(args)
  if (options === 'help') {
    process.stdout.write(USAGE)
    return 0
  }
  const { kubeconfigs, deploy, model, samples, seed, out } = options
  const [photo] = (await loadPhotos({ folder: undefined, size: undefined, seed })).photos
  if (photo === undefined) throw new Error('there is no photo')
  const recorder = await createRowRecorder<ColdStartRun, ColdStart>(out, COLD_START_FORMAT)
  const before = await readEnvironmentBefore(ROOT)
  await recorder.writeEnvironment(before.environment)
  const progress = createProgress(process.stderr)
  const { signal, close } = listenForInterrupt(() => {
    progress.say('stopping; again to end at once')
  })
  const settings = { MODEL: model, ENGINE: 'auto', DECODER: 'auto' }
  try {
    progress.say(`measuring into ${out}`)
    await measureColdStarts({
      ...{ plan: { samples, seed }, kubeconfigs, root: ROOT, photo, recorder, progress, signal },
      deploy: deploy ? { settings } : undefined,
    })
  } finally {
    await recorder.writeEnvironment(completeEnvironment(before))
    close()
  }
  const report = await rebuildColdStarts(out)
  process.stdout.write(toColdStartText(report, out))
  if (signal.aborted) return INTERRUPTED
  return report.valid ? 0 : 2
}

function toExitCode(error: unknown): number {
  if (error instanceof UsageError) return 64
  if (error instanceof RecorderError) return error.early ? 73 : 74
  return 1
}

runProgram({ name: 'cold-start', main, toExitCode })
