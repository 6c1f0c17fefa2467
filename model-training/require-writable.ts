import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { OutputError, type WriteOptions } from './export/write-folder'

/**
 * Looks whether something can be made in a folder, or the folder in the nearest one above it that is there, before hours
 * are spent on what is to be in it. Makes nothing.
 *
 * @throws OutputError
 */
export async function requireWritable(folder: string): Promise<void> {
  let place = resolve(folder)
  while (!(await isThere(place)) && dirname(place) !== place) place = dirname(place)
  try {
    if (!(await stat(place)).isDirectory()) throw new Error(`${place} is not a folder`)
    await access(place, constants.W_OK)
  } catch (cause) {
    throw new OutputError(`nothing can be written to ${folder}: ${(cause as Error).message}`, {
      cause,
    })
  }
}

/**
 * Looks whether a file may be written, before work is spent on what is to be in it.
 *
 * @throws OutputError
 */
export async function requireNoFile(file: string, { replace }: WriteOptions): Promise<void> {
  if (replace || !(await isThere(file))) return
  throw new OutputError(
    `${file} is there already: --replace lets it give way, or --out takes another folder`,
  )
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
