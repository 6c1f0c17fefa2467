import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeOnnx, toModelSha256, type ModelCard } from '../../inference'
import { Graph } from '../../inference/onnx/graph'

/** Different, so that swapped sides show. */
export const ONNX_SIZE = { width: 8, height: 6 }
export const ONNX_LABELS = ['red', 'green', 'blue', 'dark']

/** How much each label has of the mean of the model's first, second and third channel. */
const KERNEL = [
  [4, -2, -1, -3],
  [-1, 5, -2, -2],
  [-2, -1, 6, -4],
]

interface OnnxOptions {
  readonly layout?: 'nhwc' | 'nchw'
  /** Photos it takes at a time; a name is any number. */
  readonly batch?: number | string
  readonly channels?: number
  /** Beyond the four, labels that nothing speaks for. */
  readonly labels?: number
  /** Without it, it gives logits. */
  readonly softmax?: boolean
}

/** The bytes of an ONNX file that tells photos apart by their mean colour. */
export function createOnnx({
  layout = 'nchw',
  batch = 'N',
  channels = 3,
  labels = ONNX_LABELS.length,
  softmax = true,
}: OnnxOptions = {}): Uint8Array {
  const graph = new Graph()
  const { width, height } = ONNX_SIZE
  const planes =
    layout === 'nchw'
      ? 'photo'
      : graph.add({
          name: 'planes',
          operator: 'Transpose',
          inputs: ['photo'],
          attributes: { perm: { ints: [0, 3, 1, 2] } },
        })
  const means = graph.add({ name: 'means', operator: 'GlobalAveragePool', inputs: [planes] })
  const flat = graph.add({ name: 'flat', operator: 'Flatten', inputs: [means] })
  const rows = KERNEL.slice(0, channels).map((row) =>
    Array.from({ length: labels }, (_, label) => row[label] ?? 0),
  )
  const kernel = graph.addFloats('kernel', Float32Array.from(rows.flat()), [channels, labels])
  const logits = graph.add({ name: 'logits', operator: 'MatMul', inputs: [flat, kernel] })
  const last = softmax ? graph.add({ name: 'soft', operator: 'Softmax', inputs: [logits] }) : logits
  const sizes = layout === 'nchw' ? [channels, height, width] : [height, width, channels]
  return encodeOnnx(
    graph.finish(last, {
      name: 'colours',
      input: { name: 'photo', dimensions: [batch, ...sizes] },
      output: { name: 'answer', dimensions: [batch, labels] },
    }),
  )
}

/** What such a file makes of the means of its channels. */
export function toOnnxLogits(means: readonly number[]): number[] {
  return ONNX_LABELS.map((_, label) =>
    means.reduce((sum, mean, channel) => sum + mean * (KERNEL[channel]?.[label] ?? 0), 0),
  )
}

type CardChanges = Partial<Omit<ModelCard, 'input'>> & {
  readonly input?: Partial<ModelCard['input']>
}

/** A card of an ONNX file, with what is changed of it. */
export function toOnnxCard(onnx: Uint8Array, { input, ...changes }: CardChanges = {}): ModelCard {
  const sha256 = toModelSha256([onnx])
  return {
    name: 'colours',
    labels: ONNX_LABELS,
    input: { ...ONNX_SIZE, scale: 1 / 255, offset: 0, layout: 'nchw', ...input },
    files: { 'model.onnx': sha256 },
    sha256,
    ...changes,
  }
}

/** Writes a model of an ONNX file into a new temporary folder, which the caller removes. */
export async function writeOnnxModel(onnx: Uint8Array, changes: CardChanges = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'photo-twin-model-'))
  await writeFile(join(folder, 'model.onnx'), onnx)
  await writeFile(join(folder, 'card.json'), JSON.stringify(toOnnxCard(onnx, changes)))
  return folder
}

/** What `loadModel` would give of it. */
export function toOnnxModel(onnx: Uint8Array, changes: CardChanges = {}) {
  const weights = new Uint8Array(new SharedArrayBuffer(onnx.byteLength))
  weights.set(onnx)
  return { format: 'onnx', card: toOnnxCard(onnx, changes), weights } as const
}
