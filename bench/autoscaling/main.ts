import { join } from 'node:path'
import { INTERRUPTED, listenForInterrupt } from '../interrupt'
import { loadPhotos } from '../photos/photos'
import { createProgress } from '../progress'
import { completeEnvironment, readEnvironmentBefore } from '../read-environment'
import { RecorderError } from '../recorder'
import { createRowRecorder } from '../row-run'
import { runProgram } from '../run-program'
import { UsageError } from '../usage-error'
import { measureAutoscaling } from './measure'
import { readAutoscalingOptions, USAGE } from './options'
import { PROFILES, toPoints } from './profiles'
import { rebuildAutoscaling } from './rebuild'
import { AUTOSCALING_FORMAT } from './run'
import type { AutoscalingRun, Sample } from './run'
import { toAutoscalingText } from './text'

const ROOT = join(__dirname, '../..')

async function main(args: readonly string[]): Promise<number> {
  const options = readAutoscalingOptions(args)
  if (options === 'help') {
    process.stdout.write(USAGE)
    return 0
  }
  const { kubeconfigs, deploy, model, profile, seed, out } = options
  const { photos } = await loadPhotos({ folder: undefined, size: undefined, seed })
  const recorder = await createRowRecorder<AutoscalingRun, Sample>(out, AUTOSCALING_FORMAT)
  const before = await readEnvironmentBefore(ROOT)
  await recorder.writeEnvironment(before.environment)
  const progress = createProgress(process.stderr)
  const { signal, close } = listenForInterrupt(() => {
    progress.say('stopping; again to end at once')
  })
  const { stabilization } = PROFILES[profile]
  const plan = { profile, seed, points: toPoints(profile, options), stabilization }
  const settings = { MODEL: model, ENGINE: 'auto', DECODER: 'auto' }
  try {
    progress.say(`measuring into ${out}`)
    await measureAutoscaling({
      ...{ plan, kubeconfigs, root: ROOT, photos, recorder, progress, signal },
      deploy: deploy ? { settings } : undefined,
    })
  } finally {
    await recorder.writeEnvironment(completeEnvironment(before))
    close()
  }
  const report = await rebuildAutoscaling(out)
  process.stdout.write(toAutoscalingText(report, out))
  if (signal.aborted) return INTERRUPTED
  return report.valid ? 0 : 2
}

function toExitCode(error: unknown): number {
  if (error instanceof UsageError) return 64
  if (error instanceof RecorderError) return error.early ? 73 : 74
  return 1
}

runProgram({ name: 'autoscaling', main, toExitCode })
