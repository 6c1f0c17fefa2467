import { join } from 'node:path'
import { addModel } from '../../model-catalogue/add'
import { readCommand } from '../../model-catalogue/options'
import { skipUnless } from './optional'

/** Its 1,001 labels: ImageNet's, after one for the background. */
export const MOBILENET_LABELS = 1001

/**
 * Makes a model called mobilenet of MobileNetV2 from BACKBONES_DIR, as `npm run model` does. Without BACKBONES_DIR the
 * test is skipped.
 *
 * @returns its folder, in `models`
 */
export async function addMobilenet(context: Mocha.Context, models: string): Promise<string> {
  const backbones = process.env['BACKBONES_DIR']
  skipUnless(
    context,
    backbones === undefined ? 'BACKBONES_DIR names no folder of backbones' : undefined,
  )
  const [source, labels] = ['mobilenet_v2_1.0_224', 'imagenet_labels.txt'].map((name) =>
    join(backbones ?? '', name),
  )
  const command = readCommand([
    ...['add', source!, '--name', 'mobilenet', '--labels', labels!],
    ...['--licence', 'Apache-2.0', '--engine', 'onnx', '--models', models],
  ])
  if (command.command !== 'add') throw new Error('not the command that was meant')
  const { signal } = new AbortController()
  const { folder } = await addModel(command.options, { signal, say: () => undefined })
  return folder
}
