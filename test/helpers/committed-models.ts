import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ENGINES, type EngineName } from '../../inference'

const MODELS = join(__dirname, '../../inference/models')

interface CommittedModel {
  readonly name: string
  readonly folder: string
  /** Those that can run it; of an ONNX file, one. */
  readonly engines: readonly EngineName[]
}

/** The models that are committed, by name: what is claimed of one is claimed of all. */
export const COMMITTED_MODELS: readonly CommittedModel[] = readdirSync(MODELS, {
  withFileTypes: true,
})
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => ({ name, folder: join(MODELS, name) }))
  .map(({ name, folder }) => ({ name, folder, engines: findEngines(folder) }))
  .sort((a, b) => (a.name < b.name ? -1 : 1))

/** Those that were trained here; the others are ONNX files made of one of these. */
export const COMMITTED_LAYERS_MODELS = COMMITTED_MODELS.filter(({ engines }) =>
  engines.includes('wasm'),
)

function findEngines(folder: string): readonly EngineName[] {
  return existsSync(join(folder, 'model.json')) ? ENGINES : ['onnx']
}
