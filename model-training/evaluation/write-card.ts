import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toPrettyJson } from '../json'
import { toCardEvaluation } from './card-evaluation'
import type { ModelEvaluation } from './model-evaluation'
import { toJson } from './to-json'

/** Puts an evaluation's figures into the card of the model that it is of. */
export async function writeCard(modelFolder: string, evaluation: ModelEvaluation): Promise<void> {
  const file = join(modelFolder, 'card.json')
  const card = JSON.parse(await readFile(file, 'utf8')) as Readonly<Record<string, unknown>>
  // As they are in evaluation.json, so that the two say the same to the last digit.
  const rounded = JSON.parse(toJson(evaluation)) as ModelEvaluation
  await writeFile(`${file}.new`, toPrettyJson({ ...card, evaluation: toCardEvaluation(rounded) }))
  await rename(`${file}.new`, file)
}
