import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DatasetError } from './dataset-error'

/**
 * Every file in a folder and its folders, sorted, with `/`; links are followed, hidden files and folders are not
 * listed. A link to nothing is listed, as somebody wants that photo.
 *
 * @throws DatasetError naming a folder that cannot be read
 */
export async function walkFiles(root: string): Promise<string[]> {
  const files: string[] = []
  await walk(root, '', { files, above: [] })
  return files.sort()
}

interface Walk {
  readonly files: string[]
  /** True paths of the folders that this one lies in: a link back to one of them has no end. */
  readonly above: readonly string[]
}

async function walk(root: string, below: string, { files, above }: Walk): Promise<void> {
  const folder = join(root, below)
  const [here, entries] = await list(folder)
  if (above.includes(here)) return
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    const found = entry.isSymbolicLink() ? await follow(join(root, path)) : entry
    if (found?.isDirectory()) await walk(root, path, { files, above: [...above, here] })
    else if (found === undefined || found.isFile()) files.push(path)
  }
}

const follow = (path: string) => stat(path).catch(() => undefined)

async function list(folder: string) {
  try {
    return [await realpath(folder), await readdir(folder, { withFileTypes: true })] as const
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new DatasetError(`the folder ${folder} cannot be read (${code ?? 'unknown reason'})`, {
      cause,
    })
  }
}
