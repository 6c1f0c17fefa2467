import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { countParameters, LoadError, loadModel } from '../inference/index'
import type { Model } from '../inference/index'
import { CatalogueError } from './catalogue-error'

/** A model's folder. */
export type Entry =
  | { readonly state: 'loaded'; readonly folder: string; readonly facts: EntryFacts }
  | { readonly state: 'broken'; readonly folder: string; readonly reason: string }

/** What is told of a model, its files verified. */
export interface EntryFacts {
  readonly model: Model
  readonly parameters: number
}

/**
 * Reads and verifies every model of a folder, in the order of their names.
 *
 * @throws CatalogueError if there is no such folder
 */
export async function listModels(models: string): Promise<readonly Entry[]> {
  const found = await readdir(models, { withFileTypes: true }).catch((cause: unknown) => {
    throw new CatalogueError(`the models' folder ${models} cannot be read`, { cause })
  })
  const names = found
    .filter((entry) => !entry.isFile() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
  return Promise.all(names.sort().map((name) => readEntry(models, name)))
}

/** Reads and verifies one model. */
export async function readEntry(models: string, name: string): Promise<Entry> {
  try {
    const model = await loadModel(join(models, name))
    return { state: 'loaded', folder: name, facts: { model, parameters: countParameters(model) } }
  } catch (error) {
    if (error instanceof LoadError) return { state: 'broken', folder: name, reason: error.message }
    throw error
  }
}
