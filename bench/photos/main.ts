import { RecorderError } from '../recorder'
import { readReferences } from '../references'
import { runProgram } from '../run-program'
import { TargetError } from '../targets/target'
import { UsageError } from '../usage-error'
import { PhotosError } from './folder'
import { readPhotosOptions, USAGE } from './options'
import { writePhotoSet } from './photo-set'
import { loadPhotos } from './photos'

const TIME_LIMIT = 30_000

async function main(args: readonly string[]): Promise<number> {
  const options = readPhotosOptions(args)
  if (options === 'help') {
    process.stdout.write(USAGE)
    return 0
  }
  const { out, target, ...asked } = options
  const { photos, source } = await loadPhotos(asked)
  const { signal } = new AbortController()
  const named = { baseUrl: target ?? '', facts: { name: 'the target' } }
  const references =
    target === undefined
      ? undefined
      : await readReferences(named, { photos, timeLimit: TIME_LIMIT, signal })
  await writePhotoSet(out, photos, references)
  const answers = references === undefined ? '' : ', and what the target answers'
  process.stdout.write(`${photos.length} photos${answers}: ${out}\n${source}\n`)
  return 0
}

function toExitCode(error: unknown): number {
  if (error instanceof UsageError) return 64
  if (error instanceof PhotosError) return 65
  if (error instanceof TargetError) return 69
  return error instanceof RecorderError ? 73 : 1
}

runProgram({ name: 'photos', main, toExitCode })
