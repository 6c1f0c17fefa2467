import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** An empty folder for the tests of a `describe`, to be asked for within them; it goes when they are done. */
export function useTemporaryFolder(): () => string {
  let folder: string | undefined
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'photo-twin-'))
  })
  // Where the tests are skipped before, there is none.
  after(() => folder && rm(folder, { recursive: true }))
  return () => {
    if (folder === undefined) throw new Error('the folder is made before the tests')
    return folder
  }
}
