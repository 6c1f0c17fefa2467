import { inspectModel, toModelSha256 } from '../inference/index'
import type { ModelCard, ModelFacts } from '../inference/index'
import { CatalogueError } from './catalogue-error'
import type { AddOptions } from './options'
import type { Source } from './read-source'

/**
 * The card of a model that is added.
 *
 * @param labels undefined: they are made up, if the model says how many there are
 * @throws CatalogueError what the options have to tell; LoadError what is not supported
 */
export function toCard(
  { origin, files, contents }: Source,
  labels: readonly string[] | undefined,
  options: AddOptions,
): ModelCard {
  const { name, licence, output, onnxOutput } = options
  if (onnxOutput !== undefined && contents.format !== 'onnx') {
    throw new CatalogueError('--onnx-output is for an ONNX file, the model is none')
  }
  const facts = inspectModel(contents, options.size)
  const input = toInput(facts, options)
  return {
    name,
    labels: labels === undefined ? makeUp(facts.outputs) : checked(labels, facts.outputs),
    input,
    ...(output === 'probabilities' ? {} : { output }),
    ...(onnxOutput === undefined ? {} : { onnx: { output: onnxOutput } }),
    licence,
    source: origin,
    network: { parameters: facts.parameters, weightsBytes: contents.weights.byteLength },
    files: Object.fromEntries([...files].map(([file, bytes]) => [file, toModelSha256([bytes])])),
    sha256: toModelSha256([...files.values()]),
  }
}

/** What is as it is unless a card says otherwise is left out. */
function toInput(facts: ModelFacts, options: AddOptions): ModelCard['input'] {
  const { size, scale, offset, channelOrder, layout = facts.layout } = options
  const { width = size?.width, height = size?.height } = facts
  if (width === undefined || height === undefined) {
    throw new CatalogueError('the model takes photos of any size: say which with --size WxH')
  }
  return {
    ...{ width, height, scale, offset },
    ...(channelOrder === undefined ? {} : { channelOrder }),
    ...(layout === 'nhwc' ? {} : { layout }),
  }
}

function makeUp(outputs: number | undefined): string[] {
  if (outputs !== undefined) return Array.from({ length: outputs }, (_, at) => `label ${at}`)
  throw new CatalogueError(
    'the model does not tell how many labels it has: name them with --labels FILE',
  )
}

function checked(labels: readonly string[], outputs = labels.length): string[] {
  if (labels.length === outputs) return [...labels]
  const background =
    outputs === labels.length + 1 ? '; of some ImageNet models the first one is "background"' : ''
  throw new CatalogueError(
    `the model gives ${outputs} values, but there are ${labels.length} labels${background}`,
  )
}
