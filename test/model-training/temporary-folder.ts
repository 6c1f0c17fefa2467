import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { mount, unmount } from '../helpers/mounts'

/** Gives `use` a new folder with the given files, and removes it afterwards. */
export async function withFolder<T>(
  files: Readonly<Record<string, string | Uint8Array>>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'photo-twin-training-'))
  try {
    for (const [file, content] of Object.entries(files)) {
      const path = join(folder, file)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, content)
    }
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/**
 * Gives `use` a disk of its own, and unmounts it afterwards.
 *
 * @param options of tmpfs, such as `size=1m` or `ro`
 */
export const withDisk = (options: string, use: (disk: string) => Promise<void>): Promise<void> =>
  withFolder({}, async (folder) => {
    const disk = join(folder, 'disk')
    await mkdir(disk)
    mount(disk, options)
    try {
      await use(disk)
    } finally {
      unmount(disk)
    }
  })
