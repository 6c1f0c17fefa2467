import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toModelSha256 } from '../../inference'
import { TINY_INPUT, writeTinyModel } from './tiny-model'

/** What may be different of a graph model. */
interface GraphChanges {
  /** Photos at a time; any number unless it is told. */
  readonly batch?: number
  /** Of the input. */
  readonly type?: 'DT_FLOAT' | 'DT_INT32'
  /** Where the signature is: at the top, where older converters wrote it, or nowhere. */
  readonly signature?: 'new' | 'old' | 'none'
  /** Whether it gives its output by name. */
  readonly structured?: boolean
  /** An operation in place of the last one. */
  readonly last?: string
}

interface Weight {
  readonly name: string
  readonly shape: readonly number[]
  readonly dtype: string
}

interface LayersJson {
  readonly weightsManifest: readonly { readonly weights: readonly Weight[] }[]
}

/** Values after the convolutions. */
const FLAT = (TINY_INPUT.height / 4) * (TINY_INPUT.width / 4) * 8

/**
 * Writes the tiny model as the graph model that tensorflowjs_converter makes of such a network: the same weights, the
 * fused operations of TensorFlow. The caller removes its folder.
 */
export async function writeGraphModel(changes: GraphChanges = {}): Promise<string> {
  const folder = await writeTinyModel()
  const { weightsManifest } = JSON.parse(
    await readFile(join(folder, 'model.json'), 'utf8'),
  ) as LayersJson
  const weights = [
    ...(weightsManifest[0]?.weights ?? []),
    { name: 'flat/shape', shape: [2], dtype: 'int32' },
  ]
  const bytes = Buffer.concat([
    await readFile(join(folder, 'weights.bin')),
    Buffer.from(Int32Array.of(-1, FLAT).buffer),
  ])
  const modelJson = Buffer.from(
    JSON.stringify({
      format: 'graph-model',
      generatedBy: '2.15.0',
      convertedBy: 'TensorFlow.js Converter v4.22.0',
      ...toSignature(changes),
      ...(changes.structured === true && {
        userDefinedMetadata: { structuredOutputKeys: ['probabilities'] },
      }),
      modelTopology: {
        node: [...toNodes(changes), ...weights.map(toConstant)],
        library: {},
        versions: { producer: 1645 },
      },
      weightsManifest: [{ paths: ['weights.bin'], weights }],
    }),
  )
  const card = JSON.parse(await readFile(join(folder, 'card.json'), 'utf8')) as object
  await writeFile(join(folder, 'model.json'), modelJson)
  await writeFile(join(folder, 'weights.bin'), bytes)
  await writeFile(
    join(folder, 'card.json'),
    JSON.stringify({
      ...card,
      name: 'graph',
      files: { 'model.json': toModelSha256([modelJson]), 'weights.bin': toModelSha256([bytes]) },
      sha256: toModelSha256([modelJson, bytes]),
    }),
  )
  return folder
}

const FLOAT = { type: 'DT_FLOAT' }

function toNodes({ batch = -1, type = 'DT_FLOAT', last = 'Softmax' }: GraphChanges): object[] {
  const shape = toShape([batch, TINY_INPUT.height, TINY_INPUT.width, 3])
  return [
    { name: 'pixels', op: 'Placeholder', attr: { shape: { shape }, dtype: { type } } },
    toConvolution('first', 'pixels'),
    toConvolution('second', 'first'),
    { name: 'flat', op: 'Reshape', input: ['second', 'flat/shape'], attr: { T: FLOAT } },
    {
      name: 'head',
      op: '_FusedMatMul',
      input: ['flat', 'head/kernel', 'head/bias'],
      attr: {
        fused_ops: { list: { s: [encode('BiasAdd')] } },
        num_args: { i: '1' },
        transpose_a: { b: false },
        transpose_b: { b: false },
        T: FLOAT,
      },
    },
    { name: 'soft', op: last, input: ['head'], attr: { T: FLOAT } },
    { name: 'Identity', op: 'Identity', input: ['soft'], attr: { T: FLOAT } },
  ]
}

const toConvolution = (name: string, input: string): object => ({
  name,
  op: '_FusedConv2D',
  input: [input, `${name}/kernel`, `${name}/bias`],
  attr: {
    fused_ops: { list: { s: [encode('BiasAdd'), encode('Relu')] } },
    num_args: { i: '1' },
    strides: { list: { i: ['1', '2', '2', '1'] } },
    dilations: { list: { i: ['1', '1', '1', '1'] } },
    padding: { s: encode('SAME') },
    data_format: { s: encode('NHWC') },
    explicit_paddings: { list: {} },
    T: FLOAT,
  },
})

function toConstant({ name, shape, dtype }: Weight): object {
  const type = dtype === 'int32' ? 'DT_INT32' : 'DT_FLOAT'
  const tensor = { dtype: type, tensorShape: toShape(shape) }
  return { name, op: 'Const', attr: { value: { tensor }, dtype: { type } } }
}

function toSignature({
  batch = -1,
  type: dtype = 'DT_FLOAT',
  signature: place = 'new',
}: GraphChanges): object {
  if (place === 'none') return {}
  const taken = toShape([batch, TINY_INPUT.height, TINY_INPUT.width, 3])
  const signature = {
    inputs: { photo: { name: 'pixels:0', dtype, tensorShape: taken } },
    outputs: { probabilities: { name: 'Identity:0', tensorShape: toShape([batch, 5]) } },
  }
  return place === 'new' ? { signature } : { userDefinedMetadata: { signature } }
}

const toShape = (sizes: readonly number[]): object => ({
  dim: sizes.map((size) => ({ size: String(size) })),
})

/** As protobuf's JSON has bytes. */
const encode = (text: string): string => Buffer.from(text).toString('base64')
