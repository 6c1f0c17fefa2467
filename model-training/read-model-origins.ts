import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'

const minutes = z.number().optional()
const cardSchema = z.looseObject({
  sha256: z.string(),
  training: z.looseObject({
    command: z.string(),
    minutes,
    teacher: z.looseObject({ minutes }).nullish(),
  }),
  // Of a model that was made of another one; how that was trained stands beside it.
  derivedFrom: z.looseObject({ command: z.string() }).optional(),
})

/** How a model came about; what its card does not say is left out. */
export interface ModelOrigin {
  readonly command: string
  /** Of its training, and of computing what its teacher says. */
  readonly minutes?: number
  readonly teacherMinutes?: number
}

/**
 * How the models of a folder came about, by their sha256: those whose cards say so, which ours do, and those of others do
 * not.
 */
export async function readModelOrigins(models: string): Promise<ReadonlyMap<string, ModelOrigin>> {
  const origins = new Map<string, ModelOrigin>()
  for (const name of await readdir(models).catch(() => [])) {
    const text = await readFile(join(models, name, 'card.json'), 'utf8').catch(() => undefined)
    const card = text === undefined ? undefined : parse(text)
    if (card !== undefined) origins.set(card.sha256, toOrigin(card))
  }
  return origins
}

function toOrigin({ training, derivedFrom }: z.infer<typeof cardSchema>): ModelOrigin {
  if (derivedFrom !== undefined) return { command: derivedFrom.command }
  const { command, minutes, teacher } = training
  return {
    command,
    ...(minutes !== undefined && { minutes }),
    ...(teacher?.minutes !== undefined && { teacherMinutes: teacher.minutes }),
  }
}

function parse(text: string): z.infer<typeof cardSchema> | undefined {
  try {
    return cardSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
