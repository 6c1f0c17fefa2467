import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRandom } from './random'
import { skipUnless } from './optional'

interface SamplePhoto {
  readonly name: string
  readonly bytes: Uint8Array
}

const LABELS = ['food', 'drink', 'menu', 'inside', 'outside']
const PER_LABEL = 8

/**
 * Real photos from PHOTOS_DIR (a folder a label; `fullsize` besides, if it is there): a seeded sample of each label.
 * Without PHOTOS_DIR the test is skipped.
 */
export async function readSamplePhotos(
  context: Mocha.Context,
  perLabel = PER_LABEL,
): Promise<readonly SamplePhoto[]> {
  const folder = process.env['PHOTOS_DIR']
  skipUnless(
    context,
    folder === undefined ? 'PHOTOS_DIR names no folder of real photos' : undefined,
  )
  const random = createRandom(1)
  const names: string[] = []
  for (const label of LABELS) {
    const files = (await list(folder ?? '', label)).sort()
    for (let i = 0; i < perLabel && files.length > 0; i++) {
      names.push(...files.splice(Math.floor(random() * files.length), 1))
    }
  }
  names.push(...(await list(folder ?? '', 'fullsize')))
  return Promise.all(
    names.map(async (name) => ({ name, bytes: await readFile(join(folder ?? '', name)) })),
  )
}

async function list(folder: string, label: string): Promise<string[]> {
  const files = await readdir(join(folder, label)).catch(() => [])
  return files.filter((file) => /\.(jpe?g|png|webp)$/i.test(file)).map((file) => join(label, file))
}
