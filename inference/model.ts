import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { LoadError } from './errors'

const sha256Sum = z.string().regex(/^[0-9a-f]{64}$/, 'a sha256 sum is 64 hexadecimal digits')

const cardSchema = z.looseObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/),
  labels: z
    .array(z.string().min(1))
    .min(2)
    .refine((labels) => new Set(labels).size === labels.length, 'labels must differ'),
  input: z.object({
    width: z.int().min(1).max(1024),
    height: z.int().min(1).max(1024),
    /** pixel = value * scale + offset, value 0..255. */
    scale: z.number(),
    offset: z.number(),
  }),
  files: z.record(z.string(), sha256Sum),
  sha256: sha256Sum,
})

/** What a model's folder says of itself: `card.json`, of which serving reads only these fields. */
export type ModelCard = z.infer<typeof cardSchema>

/** Size and normalisation of a model's input. */
export type ModelInput = ModelCard['input']

const manifestSchema = z.looseObject({
  modelTopology: z.looseObject({}),
  weightsManifest: z.array(
    z.looseObject({
      paths: z.array(z.string().regex(/^[A-Za-z0-9._-]+$/, 'a weights path is a plain file name')),
      weights: z.array(
        z.looseObject({
          name: z.string(),
          shape: z.array(z.int().min(0)),
          dtype: z.enum(['float32', 'int32', 'bool', 'uint8', 'uint16', 'float16']),
          quantization: z
            .looseObject({
              dtype: z.enum(['uint8', 'uint16', 'float16']),
              scale: z.number().optional(),
              min: z.number().optional(),
            })
            .optional(),
        }),
      ),
    }),
  ),
})

type Manifest = z.infer<typeof manifestSchema>

/** Name, shape, type and, where they are stored smaller, quantisation of one weight tensor. */
export type WeightSpec = Manifest['weightsManifest'][number]['weights'][number]

/** A verified model in memory, ready for any engine. Safe to post to a worker: its weights are shared, not copied. */
export interface Model {
  readonly card: ModelCard
  /** The Keras topology as TensorFlow.js saves it. */
  readonly topology: Readonly<Record<string, unknown>>
  readonly weightSpecs: readonly WeightSpec[]
  /** All weights in the order of `weightSpecs`, over a SharedArrayBuffer. */
  readonly weights: Uint8Array<SharedArrayBuffer>
}

/**
 * Reads a model's folder (`card.json`, `model.json`, weights) and verifies every file against the card's sha256 sums.
 *
 * @throws LoadError MODEL_MISSING, MODEL_DAMAGED or MODEL_INVALID, naming the file
 */
export async function loadModel(folder: string): Promise<Model> {
  const card = parse(cardSchema, await read(folder, 'card.json'), join(folder, 'card.json'))
  const modelJson = await readVerified(folder, 'model.json', card)
  const manifest = parse(manifestSchema, modelJson, join(folder, 'model.json'))
  const shards = manifest.weightsManifest.flatMap((group) => group.paths)
  const bytes = await Promise.all(shards.map((path) => readVerified(folder, path, card)))
  verifyWhole(folder, card, [modelJson, ...bytes])
  return {
    card,
    topology: manifest.modelTopology,
    weightSpecs: manifest.weightsManifest.flatMap((group) => group.weights),
    weights: share(bytes),
  }
}

/**
 * The sha256 sum that names a model: of `model.json` followed by its weights files, in their order
 * (`cat model.json weights.bin | sha256sum`).
 */
export function toModelSha256(files: readonly Uint8Array[]): string {
  const hash = createHash('sha256')
  for (const file of files) hash.update(file)
  return hash.digest('hex')
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
    throw new LoadError(
      'MODEL_INVALID',
      `${join(folder, 'card.json')} has no sha256 sum of ${file}`,
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

function parse<T>(schema: z.ZodType<T>, bytes: Buffer, path: string): T {
  let json: unknown
  try {
    json = JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw new LoadError('MODEL_INVALID', `${path} is not JSON`, { cause })
  }
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  throw new LoadError(
    'MODEL_INVALID',
    `${path} is not as expected:\n${z.prettifyError(parsed.error)}`,
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
