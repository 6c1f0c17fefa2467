import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cardSchema } from './card'
import type { ModelCard } from './card'
import { LoadError } from './errors'
import { readManifest } from './manifest'
import type { GraphManifest, LayersManifest } from './manifest'
import { requireWhole } from './onnx/summary'
import { parseJson } from './parse-json'

interface Verified {
  readonly card: ModelCard
  /** All bytes of the weights' files in their order, or of the ONNX file, over a SharedArrayBuffer. */
  readonly weights: Uint8Array<SharedArrayBuffer>
}

/** A TensorFlow.js layers model, which every engine runs. */
export interface LayersModel extends Verified, Pick<LayersManifest, 'topology' | 'weightSpecs'> {
  readonly format: 'layers-model'
}

/** A TensorFlow.js graph model, which the engines `tensorflow` and `wasm` run. */
export interface GraphModel extends Verified, Pick<GraphManifest, 'graph' | 'weightSpecs'> {
  readonly format: 'graph-model'
}

/** An ONNX file, which only the engine `onnx` runs. */
export interface OnnxModel extends Verified {
  readonly format: 'onnx'
}

/** A verified model in memory, ready for an engine. Safe to post to a worker: its weights are shared, not copied. */
export type Model = LayersModel | GraphModel | OnnxModel

/**
 * Reads a model's folder (`card.json` and either `model.json` with its weights or `model.onnx`) and verifies every file
 * against the card's sha256 sums. Where the card has the sums of both, `model.json` is meant.
 *
 * @throws LoadError MODEL_MISSING, MODEL_DAMAGED or MODEL_INVALID, naming the file
 */
export async function loadModel(folder: string): Promise<Model> {
  const path = join(folder, 'card.json')
  const card = parseJson(cardSchema, await read(folder, 'card.json'), path)
  const isOnnx = card.files['model.json'] === undefined && card.files['model.onnx'] !== undefined
  return isOnnx ? loadOnnxFile(folder, card) : loadTensorflowModel(folder, card)
}

/**
 * The sha256 sum that names a model: of `model.json` followed by its weights files, in their order
 * (`cat model.json weights.bin | sha256sum`), or of `model.onnx`.
 */
export function toModelSha256(files: readonly Uint8Array[]): string {
  const hash = createHash('sha256')
  for (const file of files) hash.update(file)
  return hash.digest('hex')
}

async function loadTensorflowModel(
  folder: string,
  card: ModelCard,
): Promise<LayersModel | GraphModel> {
  const modelJson = await readVerified(folder, 'model.json', card)
  const { shards, ...manifest } = readManifest(modelJson, join(folder, 'model.json'))
  const bytes = await Promise.all(shards.map((file) => readVerified(folder, file, card)))
  verifyWhole(folder, card, [modelJson, ...bytes])
  if (card.input.layout === 'nchw') {
    const path = join(folder, 'card.json')
    throw new LoadError(
      'MODEL_INVALID',
      `${path}: TensorFlow.js models take the layout nhwc, not nchw`,
    )
  }
  return { ...manifest, card, weights: share(bytes) }
}

async function loadOnnxFile(folder: string, card: ModelCard): Promise<OnnxModel> {
  const bytes = await readVerified(folder, 'model.onnx', card)
  verifyWhole(folder, card, [bytes])
  requireWhole(bytes, join(folder, 'model.onnx'))
  return { format: 'onnx', card, weights: share([bytes]) }
}

async function read(folder: string, file: string): Promise<Buffer> {
  const path = join(folder, file)
  try {
    return await readFile(path)
  } catch (cause) {
    throw new LoadError('MODEL_MISSING', `model file ${path} cannot be read`, { cause })
  }
}

async function readVerified(folder: string, file: string, card: ModelCard): Promise<Buffer> {
  const bytes = await read(folder, file)
  const expected = card.files[file]
  if (expected === undefined) {
    const wanted = file === 'model.json' ? 'model.json or model.onnx' : file
    throw new LoadError(
      'MODEL_INVALID',
      `${join(folder, 'card.json')} has no sha256 sum of ${wanted}`,
    )
  }
  const actual = toModelSha256([bytes])
  if (actual !== expected) {
    throw new LoadError(
      'MODEL_DAMAGED',
      `model file ${join(folder, file)} is damaged: its sha256 is ${actual}, its card says ${expected}`,
    )
  }
  return bytes
}

function verifyWhole(folder: string, card: ModelCard, files: readonly Uint8Array[]): void {
  const actual = toModelSha256(files)
  if (actual === card.sha256) return
  throw new LoadError(
    'MODEL_INVALID',
    `${join(folder, 'card.json')} names the model ${card.sha256}, its files are ${actual}`,
  )
}

function share(parts: readonly Uint8Array[]): Uint8Array<SharedArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + part.byteLength, 0)
  const shared = new Uint8Array(new SharedArrayBuffer(length))
  let offset = 0
  for (const part of parts) {
    shared.set(part, offset)
    offset += part.byteLength
  }
  return shared
}
