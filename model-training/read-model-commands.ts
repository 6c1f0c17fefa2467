import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'

const cardSchema = z.looseObject({
  sha256: z.string(),
  training: z.looseObject({ command: z.string() }),
  // Of a model that was made of another one; how that was trained stands beside it.
  derivedFrom: z.looseObject({ command: z.string() }).optional(),
})

/**
 * By which commands the models of a folder came about, by their sha256: those whose cards say so, which ours do, and
 * those of others do not.
 */
export async function readModelCommands(models: string): Promise<ReadonlyMap<string, string>> {
  const commands = new Map<string, string>()
  for (const name of await readdir(models).catch(() => [])) {
    const text = await readFile(join(models, name, 'card.json'), 'utf8').catch(() => undefined)
    const card = text === undefined ? undefined : parse(text)
    if (card !== undefined) commands.set(card.sha256, (card.derivedFrom ?? card.training).command)
  }
  return commands
}

function parse(text: string): z.infer<typeof cardSchema> | undefined {
  try {
    return cardSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
