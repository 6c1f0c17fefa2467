import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** An empty folder for the tests of a `describe`, to be asked for within them; it goes when they are done. */
export function useTemporaryFolder(): () => string {
  let folder = ''
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'photo-twin-'))
  })
  after(() => rm(folder, { recursive: true }))
  return () => folder
}
