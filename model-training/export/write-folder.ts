import { randomUUID } from 'node:crypto'
import { mkdir, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'

/** The folder cannot be written; the message says why and what to do. */
export class OutputError extends Error {
  override readonly name = 'OutputError'
}

export interface WriteOptions {
  /** Whether a model that is there gives way. */
  readonly replace: boolean
}

/** What every model's folder has, and hardly any other. */
const CARD = 'card.json'

/**
 * Looks whether a folder may be written, before work is spent on what is to be in it: it is not there, or it is empty, or it
 * holds a model that may be replaced.
 *
 * @throws OutputError
 */
export async function requireFree(folder: string, { replace }: WriteOptions): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return [] as string[]
    const reason = code === 'ENOTDIR' ? 'it is not a folder' : message
    throw new OutputError(`${folder} cannot be written: ${reason}`, { cause: error })
  })
  if (names.length === 0) return
  if (!names.includes(CARD)) {
    throw new OutputError(`${folder} holds files that are no model: --out takes another folder`)
  }
  if (!replace) {
    throw new OutputError(
      `${folder} holds a model already: --replace lets it give way, or --out takes another folder`,
    )
  }
}

/**
 * Writes a folder as a whole or not at all: the files are written into a folder beside it, which then takes its name.
 *
 * @throws OutputError
 */
export async function writeFolder(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  options: WriteOptions,
): Promise<void> {
  await requireFree(folder, options)
  // A link stays one.
  const path = await realpath(folder).catch(() => resolve(folder))
  const draft = join(dirname(path), `.${basename(path)}-${randomUUID()}`)
  try {
    await mkdir(draft, { recursive: true })
    try {
      for (const [name, content] of Object.entries(files)) {
        await writeFile(join(draft, name), content)
      }
      await takePlace(draft, path)
    } finally {
      // Gone already if all went well.
      await rm(draft, { recursive: true, force: true })
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new OutputError(`${folder} cannot be written: ${reason}`, { cause })
  }
}

/** Renames the draft; what is in its place is moved aside first, and back if that fails. */
async function takePlace(draft: string, path: string): Promise<void> {
  const former = `${draft}-former`
  const isThere = await rename(path, former).then(
    () => true,
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
      throw error
    },
  )
  try {
    await rename(draft, path)
  } catch (error) {
    if (isThere) await rename(former, path)
    throw error
  }
  await rm(former, { recursive: true, force: true })
}
