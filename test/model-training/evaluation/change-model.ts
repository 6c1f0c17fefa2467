import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toModelSha256 } from '../../../inference/index'

interface Changes {
  /** Of the text of model.json. */
  readonly modelJson?: (text: string) => string
  /** Fields of the card. */
  readonly card?: Readonly<Record<string, unknown>>
}

/** Changes a model's folder, whose sums are right again afterwards. */
export async function changeModel(folder: string, changes: Changes): Promise<void> {
  const read = (file: string): Promise<Buffer> => readFile(join(folder, file))
  const text = (await read('model.json')).toString()
  const modelJson = Buffer.from(changes.modelJson?.(text) ?? text)
  const weights = await read('weights.bin')
  const card = JSON.parse((await read('card.json')).toString()) as object
  const files = {
    'model.json': toModelSha256([modelJson]),
    'weights.bin': toModelSha256([weights]),
  }
  const sha256 = toModelSha256([modelJson, weights])
  await writeFile(join(folder, 'model.json'), modelJson)
  await writeFile(
    join(folder, 'card.json'),
    JSON.stringify({ ...card, ...changes.card, files, sha256 }),
  )
}
