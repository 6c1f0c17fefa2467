import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import * as z from 'zod'
import { LoadError, readManifest, type LayersManifest } from '../inference/index'
import { MINUS_ONE_TO_ONE, type Normalisation } from './normalisation'

/** A trained network whose features others learn from: a teacher, or the body of a model. */
export interface Backbone {
  readonly name: string
  /** Of its model.json and weights, in their order. */
  readonly sha256: string
  /** Width and height of its input. */
  readonly size: number
  /** pixel = value * scale + offset. */
  readonly scale: number
  readonly offset: number
  /** How many features a photo has. */
  readonly width: number
  /** From pixels [batch, size, size, 3] to features [batch, width]. */
  readonly body: tfl.LayersModel
}

/** A backbone's folder cannot be used; the message says what was expected. */
export class BackboneError extends Error {
  override readonly name = 'BackboneError'
}

const NO_CHANNELS = 'a backbone takes one number here, for red, green and blue alike'

/** Of what serving reads of a card, a backbone has less. */
const cardSchema = z.looseObject({
  input: z.looseObject({
    scale: z.number(NO_CHANNELS),
    offset: z.number(NO_CHANNELS),
    channelOrder: z
      .literal('rgb', 'a backbone takes red, green and blue, in this order')
      .optional(),
  }),
  files: z.record(z.string(), z.string()).optional(),
})
type Card = z.infer<typeof cardSchema>

/**
 * Loads a TensorFlow.js layers model and cuts it after its features: the layer that is called
 * `features`, else its last global average pooling. A byte becomes -1..1, as MobileNets have it, unless
 * the folder's `card.json` says otherwise; its sha256 sums are verified if it has any.
 *
 * @throws BackboneError naming the file or what the network lacks
 */
export async function loadBackbone(folder: string): Promise<Backbone> {
  const card = await readCard(folder)
  const bytes = await read(folder, 'model.json')
  const { topology, weightSpecs, shards: names } = toLayers(folder, bytes)
  const shards = await Promise.all(names.map((name) => read(folder, name)))
  for (const [i, file] of [bytes, ...shards].entries()) {
    verify(folder, card, ['model.json', ...names][i] ?? '', file)
  }
  const network = await tfl
    .loadLayersModel(
      tf.io.fromMemory({
        modelTopology: topology,
        weightSpecs: weightSpecs as unknown as tf.io.WeightsManifestEntry[],
        weightData: new Uint8Array(Buffer.concat(shards)).buffer,
      }),
    )
    .catch((cause: unknown) => {
      throw new BackboneError(`${join(folder, 'model.json')} cannot be loaded: ${String(cause)}`, {
        cause,
      })
    })
  const body = cut(folder, network)
  return {
    name: basename(folder),
    sha256: sum([bytes, ...shards]),
    size: readSize(folder, network),
    ...toNormalisation(card),
    width: body.outputShape[1] as number,
    body,
  }
}

async function read(folder: string, file: string): Promise<Buffer> {
  try {
    return await readFile(join(folder, file))
  } catch (cause) {
    throw new BackboneError(`the backbone's file ${join(folder, file)} cannot be read`, { cause })
  }
}

function toLayers(folder: string, bytes: Buffer): LayersManifest {
  const path = join(folder, 'model.json')
  const manifest = parseManifest(path, bytes)
  if (manifest.format === 'layers-model') return manifest
  throw new BackboneError(
    `${path} is a graph model, which cannot be cut after its features; a backbone is a layers model`,
  )
}

function parseManifest(path: string, bytes: Buffer): ReturnType<typeof readManifest> {
  try {
    return readManifest(bytes, path)
  } catch (error) {
    if (!(error instanceof LoadError)) throw error
    throw new BackboneError(error.message, { cause: error })
  }
}

function toJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new BackboneError(`${path} is not JSON`, { cause })
  }
}

function cut(folder: string, network: tfl.LayersModel): tfl.LayersModel {
  const poolings = network.layers.filter(
    (layer) => layer.getClassName() === 'GlobalAveragePooling2D',
  )
  const features = network.layers.find(({ name }) => name === 'features') ?? poolings.at(-1)
  const shape = features?.outputShape
  if (features === undefined || shape?.length !== 2 || typeof shape[1] !== 'number') {
    throw new BackboneError(
      `${folder} has no layer "features" and no global average pooling that gives [batch, features]`,
    )
  }
  return tfl.model({ inputs: network.inputs, outputs: features.output })
}

function readSize(folder: string, { inputs }: tfl.LayersModel): number {
  const [, height, width, channels] = inputs[0]?.shape ?? []
  if (inputs.length === 1 && height && height === width && channels === 3) return height
  throw new BackboneError(`${folder} should take one square RGB photo, as [batch, size, size, 3]`)
}

async function readCard(folder: string): Promise<Card | undefined> {
  const path = join(folder, 'card.json')
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const parsed = cardSchema.safeParse(toJson(path, text))
  if (parsed.success) return parsed.data
  throw new BackboneError(`${path} is not as expected:\n${z.prettifyError(parsed.error)}`)
}

function toNormalisation(card: Card | undefined): Normalisation {
  if (card === undefined) return MINUS_ONE_TO_ONE
  const { scale, offset } = card.input
  return { scale, offset }
}

function verify(folder: string, card: Card | undefined, file: string, bytes: Buffer): void {
  const expected = card?.files?.[file]
  if (expected === undefined || expected === sum([bytes])) return
  throw new BackboneError(
    `${join(folder, file)} is damaged, or not the one that card.json is of: its sha256 is ${sum([bytes])}`,
  )
}

function sum(files: readonly Buffer[]): string {
  const hash = createHash('sha256')
  for (const file of files) hash.update(file)
  return hash.digest('hex')
}
