import { chmod, mkdtemp, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CatalogueError } from './catalogue-error'

interface InstallOptions {
  readonly replace: boolean
}

/**
 * Gives a finished folder its final name; a folder that it replaces goes only once it has it.
 *
 * @param finished on the same file system
 * @throws CatalogueError if there is a folder of that name that is not to be replaced
 */
export async function install(
  finished: string,
  target: string,
  { replace }: InstallOptions,
): Promise<void> {
  // Temporary folders are made for one user alone; what serves may be another.
  await chmod(finished, 0o755)
  if (!replace) {
    await move(finished, target)
    return
  }
  const aside = await mkdtemp(join(dirname(target), '.replaced-'))
  const old = join(aside, 'model')
  try {
    const wasThere = await rename(target, old).then(
      () => true,
      () => false,
    )
    try {
      await move(finished, target)
    } catch (error) {
      if (wasThere) await rename(old, target)
      throw error
    }
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
}

async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (cause) {
    throw new CatalogueError(`${to} cannot be made: is there another one, or no right to write?`, {
      cause,
    })
  }
}
