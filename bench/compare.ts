import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { toClusterColumns } from './clusters/columns'
import { measure } from './measure'
import { toRemotes, toTwins } from './open-targets'
import type { Columns } from './open-targets'
import type { Options } from './options'
import { loadPhotos } from './photos/photos'
import type { Photos } from './photos/photos'
import type { Progress } from './progress'
import { rebuild } from './rebuild'
import { recordEnvironment } from './record-environment'
import { createRecorder } from './recorder'
import type { Report } from './report/report'
import type { Plan } from './run'
import { toNewFolder } from './run-folder'
import { toTriggers } from './triggers'
import { UsageError } from './usage-error'

const MODELS = join('inference', 'models')

/**
 * Measures and reports: `npm run compare`.
 *
 * @param root the project's folder
 * @returns also an INVALID report, of an interrupted run as well
 * @throws UsageError, PhotosError, RecorderError
 */
export async function compare(
  options: Options,
  { root, progress, signal }: CompareContext,
): Promise<{ readonly report: Report; readonly folder: string }> {
  if (options.targets === undefined) requireModel(options.model, root)
  const columns = toColumns(options, root)
  const { photos: folder, size, seed } = options
  const photos = await loadPhotos({ folder, size, seed })
  const out = options.out ?? toNewFolder(options.profile)
  const recorder = await createRecorder(out)
  const plan = toPlan(options, columns, photos)
  await recordEnvironment(recorder, root, () => {
    progress.say(`measuring into ${out}`)
    return measure({ plan, columns, photos: photos.photos, recorder, progress, signal })
  })
  return { report: await rebuild(out), folder: out }
}

interface CompareContext {
  readonly root: string
  readonly progress: Progress
  readonly signal: AbortSignal
}

function toColumns(options: Options, root: string): Columns {
  const { targets, triggers, kubeconfigs, deploy, model, engine, decoder } = options
  if (triggers !== undefined) return toTriggers(options, triggers, root)
  if (targets !== undefined) return toRemotes(targets)
  if (kubeconfigs === undefined) return toTwins(options, root)
  const settings = { MODEL: model, ENGINE: engine, DECODER: decoder }
  return toClusterColumns({ kubeconfigs, deploy: deploy ? { settings } : undefined, root })
}

/** @throws UsageError naming the models that there are */
function requireModel(model: string, root: string): void {
  const folder = join(root, MODELS)
  if (existsSync(join(folder, model, 'card.json'))) return
  const models = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'card.json')))
  throw new UsageError(`--model: there is no model "${model}"; there are: ${models.join(', ')}`)
}

function toPlan(options: Options, columns: Columns, { photos, source }: Photos): Plan {
  const { profile, seed, concurrency, blocks, trialSize, openLoop, fresh, strict } = options
  // The paper's experiment opens a connection for each request, which a broker's clients do not.
  const hasPaper = options.triggers === undefined
  const { groupRepetitions, sequenceRequests } = hasPaper
    ? options
    : { groupRepetitions: 0, sequenceRequests: 0 }
  return {
    profile,
    seed,
    concurrency,
    blocks,
    trialSize,
    ...(fresh && { fresh }),
    ...(strict && { strict }),
    groupRepetitions,
    sequenceRequests,
    ...(openLoop && { openLoop }),
    photos: photos.map(({ sha256, bytes }) => ({ sha256, bytes: bytes.byteLength })),
    photoSource: source,
    comparisons: columns.comparisons,
    aa: columns.aa,
    aaMethod: columns.aaMethod,
    formats: options.formats,
  }
}
