import { constants } from 'node:fs'
import { access, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

/** The folder for the files cannot be written; the message says why. */
export class OutputError extends Error {
  override readonly name = 'OutputError'
}

/**
 * Looks whether a folder could be written, before minutes are spent on what is to be in it. Nothing is made yet.
 *
 * @throws OutputError
 */
export async function requireWritable(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined)
  if (found === undefined) {
    const parent = dirname(resolve(folder))
    if (parent !== resolve(folder)) await requireWritable(parent)
    return
  }
  if (!found.isDirectory()) throw new OutputError(`${folder} is not a folder: --out takes one`)
  await access(folder, constants.W_OK).catch((cause: unknown) => {
    throw new OutputError(`the folder ${folder} may not be written: --out takes another`, { cause })
  })
}

/**
 * Writes files so that none is ever half there: all are written beside their places first, then renamed.
 *
 * @throws OutputError
 */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  const names = Object.keys(files)
  const toDraft = (name: string): string => join(folder, `.${name}.${process.pid}`)
  try {
    await mkdir(folder, { recursive: true })
    for (const name of names) await writeFile(toDraft(name), files[name] ?? '')
    for (const name of names) await rename(toDraft(name), join(folder, name))
  } catch (cause) {
    for (const name of names) await rm(toDraft(name), { force: true }).catch(() => undefined)
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new OutputError(`the files cannot be written: ${reason}`, { cause })
  }
}
