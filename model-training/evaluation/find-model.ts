import { readdir, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'

/** There is no such model; the message names those that there are. */
export class NoModelError extends Error {
  override readonly name = 'NoModelError'
}

/** Where models have names. */
const MODELS = join(__dirname, '../../inference/models')

/**
 * Finds a model's folder by its name below inference/models, else takes it for a path.
 *
 * @throws NoModelError
 */
export async function findModel(model: string): Promise<string> {
  const isName = /^[a-z0-9][a-z0-9._-]*$/.test(model)
  const named = join(MODELS, model)
  if (isName && (await isFolder(named))) return relative(process.cwd(), named) || '.'
  if (await isFolder(model)) return model
  const names = await readdir(MODELS).catch(() => [])
  throw new NoModelError(
    `there is no model "${model}": --model accepts a model's folder or one of ${names.sort().join(', ')}`,
  )
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}
