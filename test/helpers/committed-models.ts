import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const MODELS = join(__dirname, '../../inference/models')

interface CommittedModel {
  readonly name: string
  readonly folder: string
}

/** The models that are committed, by name: what is claimed of one is claimed of all. */
export const COMMITTED_MODELS: readonly CommittedModel[] = readdirSync(MODELS, {
  withFileTypes: true,
})
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => ({ name, folder: join(MODELS, name) }))
  .sort((a, b) => (a.name < b.name ? -1 : 1))
