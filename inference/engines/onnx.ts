import { readFile } from 'node:fs/promises'
import type * as onnxruntime from 'onnxruntime-node'
import type { InferenceSession } from 'onnxruntime-node'
import type { Engine } from '../engine'
import { LoadError } from '../errors'
import type { GraphModel, Model } from '../model'
import { toOnnx } from '../onnx'
import { oneByOne } from './one-by-one'
import { refusalOf } from './refusal-of'
import { checkSignature, invalid } from './signature'
import type { Batch } from './signature'

type Ort = typeof onnxruntime

type OnnxRunnable = Exclude<Model, GraphModel>

/** ONNX Runtime on the model's ONNX file, or on ONNX bytes made from a layers model's weights. */
export async function loadOnnx(model: Model): Promise<Engine> {
  const runnable = requireRunnable(model)
  const ort = await import('onnxruntime-node')
  const session = await createSession(ort, runnable)
  try {
    const signature = readSignature(session, model)
    return {
      name: 'onnx',
      version: await readVersion(),
      predict: createPredict(ort, session, signature),
      close: () => session.release(),
    }
  } catch (error) {
    await session.release()
    throw error
  }
}

/** Asked before the library is loaded. */
function requireRunnable(model: Model): OnnxRunnable {
  if (model.format !== 'graph-model') return model
  throw new Error(refusalOf('onnx', model))
}

async function createSession(
  { InferenceSession }: Ort,
  model: OnnxRunnable,
): Promise<InferenceSession> {
  const bytes = toOnnx(model)
  try {
    return await InferenceSession.create(bytes, {
      // One thread each and several workers serve more than several threads in one (docs/DESIGN.md).
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      logSeverityLevel: 3,
    })
  } catch (error) {
    if (model.format !== 'onnx' || !(error instanceof Error)) throw error
    throw new LoadError('MODEL_INVALID', `ONNX Runtime refuses model.onnx: ${error.message}`)
  }
}

interface Signature {
  readonly input: string
  readonly output: string
  readonly batch: Batch
  /** Without the batch. */
  readonly dimensions: readonly number[]
}

function readSignature(
  { inputMetadata, outputMetadata }: InferenceSession,
  { card }: Model,
): Signature {
  const input = pick(inputMetadata, card.onnx?.input, 'input')
  const output = pick(outputMetadata, card.onnx?.output, 'output')
  if (inputMetadata.length > 1) {
    const names = inputMetadata.map(({ name }) => name).join(', ')
    throw invalid(`takes the inputs ${names}; supported are models that take a photo alone`)
  }
  const { width, height, layout } = card.input
  return {
    input: input.name,
    output: output.name,
    batch: checkSignature(card, { input: shapeOf(input), output: shapeOf(output) }),
    dimensions: layout === 'nchw' ? [3, height, width] : [height, width, 3],
  }
}

type Metadata = InferenceSession['inputMetadata'][number]

function pick(
  all: readonly Metadata[],
  wanted: string | undefined,
  kind: 'input' | 'output',
): Metadata {
  const names = all.map(({ name }) => name).join(', ')
  const found = wanted === undefined ? all[0] : all.find(({ name }) => name === wanted)
  if (found === undefined) {
    throw invalid(`has no ${kind} ${wanted ?? ''}; its card may name under onnx: ${names}`)
  }
  if (wanted === undefined && kind === 'output' && all.length > 1) {
    throw invalid(`has the outputs ${names}: its card has to name one as onnx.output`)
  }
  if (!found.isTensor || found.type !== 'float32') {
    const type = found.isTensor ? found.type : 'no tensor'
    throw invalid(`has the ${kind} ${found.name} of type ${type}; supported is float32`)
  }
  return found
}

/** An empty one means that nothing is known of it. */
const shapeOf = (metadata: Metadata): readonly (number | string)[] | undefined =>
  metadata.isTensor && metadata.shape.length > 0 ? metadata.shape : undefined

function createPredict(
  { Tensor }: Ort,
  session: InferenceSession,
  { input, output, batch: allowed, dimensions }: Signature,
): Engine['predict'] {
  async function run(pixels: Float32Array, batch: number): Promise<Float32Array> {
    const fed = { [input]: new Tensor('float32', pixels, [batch, ...dimensions]) }
    const given = await session.run(fed, [output])
    return (given[output] as { data: Float32Array }).data
  }
  return allowed === 'one' ? oneByOne(run) : run
}

async function readVersion(): Promise<string> {
  const manifest = await readFile(require.resolve('onnxruntime-node/package.json'), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
