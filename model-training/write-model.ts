import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Writes a model's files; the card last, as a folder without one was never finished. */
export async function writeModel(
  folder: string,
  {
    'card.json': card,
    ...files
  }: Readonly<Record<string, string | Uint8Array>> & { readonly 'card.json': string },
): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [file, content] of Object.entries(files)) await writeFile(join(folder, file), content)
  await writeFile(join(folder, 'card.json'), card)
}
