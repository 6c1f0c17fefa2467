import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand } from '../clusters/run-command'
import { TargetError } from '../targets/target'

/** The model as peers take it. */
export interface ExportedModel {
  readonly name: string
  /** Folder with model.onnx and card.json. */
  readonly onnx: string
  /** Folder with model.json, its weights and card.json. */
  readonly layers: string
}

interface ExportOptions {
  readonly model: string
  readonly root: string
  readonly cacheFolder: string
  readonly signal: AbortSignal
}

/**
 * One of the committed models as an ONNX file with the same weights, written once by `npm run export`.
 *
 * @throws TargetError if there is no such model
 */
export async function exportModel(options: ExportOptions): Promise<ExportedModel> {
  const { model, root, cacheFolder, signal } = options
  const layers = join(root, 'inference', 'models', model)
  const card = await readFile(join(layers, 'card.json'), 'utf8').catch(() => undefined)
  if (card === undefined) throw new TargetError(`there is no model ${model} in inference/models`)
  const { sha256 } = JSON.parse(card) as { readonly sha256: string }
  const onnx = join(cacheFolder, `model-${model}-${sha256.slice(0, 12)}`)
  if (!existsSync(join(onnx, 'card.json'))) {
    const script = join('model-training', 'export-main.ts')
    const args = ['--require', 'ts-node/register', script, '--model', model, '--out', onnx]
    await runCommand(process.execPath, args, { cwd: root, signal })
  }
  return { name: model, onnx, layers }
}
