import { readPhotoSet } from '../photos/photo-set'
import { rebuild } from '../rebuild'
import { createRecorder } from '../recorder'
import type { Report } from '../report/report'
import type { Known } from './imported'
import { readK6 } from './k6'
import { readLocust } from './locust'
import type { ImportOptions, Source } from './options'
import { readLines } from './read-lines'
import type { NamedTrial } from './to-blocks'
import { toImportedRun } from './to-run'

const READERS = { locust: readLocust, k6: readK6 } as const satisfies Record<Source, unknown>

/**
 * Makes a run folder of other load generators' files, and its report: `npm run import`. Nothing is made unless all files
 * can be used.
 *
 * @throws ImportError, PhotosError, UsageError (of the folder), RecorderError
 */
export async function importRun({
  from,
  trials,
  photos: folder,
  out,
  formats,
}: ImportOptions): Promise<Report> {
  const photos = await readPhotoSet(folder)
  const known: Known = {
    numbers: new Map(photos.photos.map(({ file }, number) => [file, number])),
    sha256s: photos.photos.map(({ sha256 }) => sha256),
    model: photos.model,
  }
  const named: NamedTrial[] = []
  for (const { target, file } of trials) {
    named.push({ target, trial: await READERS[from](readLines(file), known) })
  }
  const imported = toImportedRun(named, { photos, formats })
  const recorder = await createRecorder(out)
  await recorder.writeEnvironment(imported.environment)
  await recorder.writeRun({ ...imported.run, state: 'running' })
  for (const { trial, observations } of imported.trials) {
    await recorder.recordTrial(trial, observations)
  }
  await recorder.writeRun(imported.run)
  return rebuild(out)
}
