import { parseArgs } from 'node:util'
import { WEIGHT_BITS, type WeightBits } from './quantise/quantise-weights'

/** What `npm run export` is asked to do. */
export interface Options {
  /** Name below inference/models, or a folder. */
  readonly model: string
  readonly out: string
  /** Of the new folder's model; undefined is that of the model, with -int8 where that is asked for. */
  readonly name: string | undefined
  readonly int8: boolean
  readonly weightBits: WeightBits
  /** Folder of photos; undefined is noise. */
  readonly data: string | undefined
  readonly photos: number
  readonly seed: number
  /** Whether a model in the folder to write gives way. */
  readonly replace: boolean
}

/** The arguments make no sense; the message names the option and what it accepts. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

const MOST_PHOTOS = 100_000
const LARGEST_SEED = 2_000_000

export const USAGE = `Writes a layers model as ONNX into a folder of its own, once ONNX Runtime is shown to answer as TensorFlow.js.

  npm run export -- --out DIR [options]

  --model NAME   a model of inference/models, or a model's folder (photo-net)
  --out DIR      folder to write: model.onnx and card.json
  --data DIR     photos, in any form that npm run train and evaluate take; noise without it
  --photos N     try it on so many photos; with --int8, look for ranges in so many, 1 to ${MOST_PHOTOS} (200)
  --int8         compute in 8 bits: int8 weights, uint8 values between the layers. Their ranges are those of
                 photos of the training part; how to cut them off is decided, and the accuracy told, by
                 the validation part. Needs --data; runs on the onnx engine alone
  --weight-bits N
                 with --int8: 7 or 8 bits of each weight (7). 8 are nearer to the model, but processors
                 without a dot product of bytes (x86 without VNNI) may then answer differently
  --name NAME    name of the new model (the model's own; with --int8 the model's own and -int8)
  --seed N       decides which photos and what noise, 0 to ${LARGEST_SEED} (1)
  --replace      a model that is in DIR already gives way
  --help         print this

Progress goes to stderr. DIR is written as a whole or not at all. Exit status: 0 written, 64 wrong
arguments, 65 unusable data, 66 no such model, a damaged one or one that cannot be exported, 69 an
engine that is missing, 1 anything else.
`

const STRING = { type: 'string' } as const
const FLAG = { type: 'boolean', default: false } as const

const ARGUMENTS = {
  model: { ...STRING, default: 'photo-net' },
  out: STRING,
  name: STRING,
  data: STRING,
  photos: { ...STRING, default: '200' },
  seed: { ...STRING, default: '1' },
  'weight-bits': STRING,
  int8: FLAG,
  replace: FLAG,
  help: FLAG,
} as const

/**
 * Reads the command line.
 *
 * @param args without node and script
 * @throws UsageError naming the option and what it accepts
 */
export function readOptions(args: readonly string[]): Options | 'help' {
  const values = parse(args)
  if (values.help) return 'help'
  const { model, out, name, data, int8, replace } = values
  if (out === undefined) throw new UsageError('--out is missing: name a folder to write')
  for (const [option, value] of Object.entries({ out, model, data })) {
    if (value === '') throw new UsageError(`--${option} accepts a folder, not nothing`)
  }
  if (int8 && data === undefined) {
    throw new UsageError('--int8 needs --data: the ranges of its values are those of real photos')
  }
  if (!int8 && values['weight-bits'] !== undefined) {
    throw new UsageError('--weight-bits is for --int8: without it weights are float32')
  }
  if (name !== undefined && !/^[a-z0-9][a-z0-9._-]*$/.test(name)) {
    throw new UsageError(`--name accepts small letters, digits and ._- but not "${name}"`)
  }
  const photos = toInteger('photos', values.photos, { from: 1, to: MOST_PHOTOS })
  const seed = toInteger('seed', values.seed, { from: 0, to: LARGEST_SEED })
  const weightBits = toWeightBits(values['weight-bits'])
  return { model, out, name, data, int8, weightBits, replace, photos, seed }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: ARGUMENTS }).values
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause })
  }
}

function toWeightBits(text = '7'): WeightBits {
  const bits = WEIGHT_BITS.find((known) => String(known) === text)
  if (bits !== undefined) return bits
  throw new UsageError(`--weight-bits accepts ${WEIGHT_BITS.join(' or ')}, not "${text}"`)
}

function toInteger(
  option: string,
  text: string,
  { from, to }: { readonly from: number; readonly to: number },
): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= from && value <= to) return value
  throw new UsageError(`--${option} accepts a whole number from ${from} to ${to}, not "${text}"`)
}
