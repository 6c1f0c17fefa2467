import { parseArgs } from 'node:util'
import { DECODERS, ENGINES, type DecoderName, type EngineName } from '../../inference/index'
import type { EvaluatedSplit } from './model-evaluation'

/** What `npm run evaluate` is asked to do. */
export interface Options {
  /** Name below inference/models, or a folder. */
  readonly model: string
  readonly data: string
  readonly split: EvaluatedSplit | undefined
  readonly out: string | undefined
  readonly engines: readonly EngineName[]
  readonly decoders: readonly DecoderName[]
  readonly robustness: boolean
  readonly cpu: boolean
  /** Undefined: training's, as the card says. */
  readonly seed: number | undefined
  readonly thumbnails: boolean
  /** Put the figures into the model's card. */
  readonly writeCard: boolean
  readonly json: boolean
}

/** The arguments make no sense; the message names the option and what it accepts. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

const SPLITS: readonly EvaluatedSplit[] = ['train', 'val', 'test', 'all']
const LARGEST_SEED = 2_000_000

export const USAGE = `Evaluates a model's folder on labelled photos exactly as serving would use it.

  npm run evaluate -- --data DIR [options]

  --data DIR       a folder for each label; a manifest.csv (file, label, split, source_repo ...) or
                   photos.json in it says which photos are the test part
  --model NAME     a model of inference/models, or a model's folder (photo-net)
  --split PART     train, val, test or all (test; all where the data say nothing of parts)
  --out DIR        write evaluation.json and evaluation.html there
  --engines LIST   of ${ENGINES.join(',')} (all that load)
  --decoders LIST  of ${DECODERS.join(',')} (all that load)
  --no-robustness  leave out compressed, halved, turned and upscaled photos: most of the time
  --no-cpu         leave out processor times
  --seed N         decides the parts where the data do not, and the order of measuring, 0 to
                   ${LARGEST_SEED} (the one that the model learnt with, as its card says, else 1):
                   with another, the model may have learnt from what is evaluated
  --thumbnails     embed the photos of the worst mistakes in evaluation.html, small; without it the
                   page has their file names only
  --write-card     put the figures into the model's card.json, in place of those that are there
  --json           print evaluation.json instead of the summary
  --help           print this

Progress goes to stderr. Exit status: 0 evaluated, 64 wrong arguments, 65 unusable data, 66 no such
model or a damaged one, 69 no engine or decoder, 130 interrupted, 1 anything else.
`

const STRING = { type: 'string' } as const
const FLAG = { type: 'boolean', default: false } as const

const ARGUMENTS = {
  model: { ...STRING, default: 'photo-net' },
  data: STRING,
  split: STRING,
  out: STRING,
  engines: STRING,
  decoders: STRING,
  seed: STRING,
  'no-robustness': FLAG,
  'no-cpu': FLAG,
  thumbnails: FLAG,
  'write-card': FLAG,
  json: FLAG,
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
  const { data, model, out, thumbnails, json } = values
  if (data === undefined || data === '') {
    throw new UsageError('--data is missing: name a folder of labelled photos')
  }
  if (model === '') throw new UsageError('--model accepts a name or a folder, not nothing')
  if (out === '') throw new UsageError('--out accepts a folder, not nothing')
  if (thumbnails && out === undefined) {
    throw new UsageError('--thumbnails is for the page, which --out DIR writes')
  }
  return {
    model,
    data,
    split: values.split === undefined ? undefined : toSplit(values.split),
    out,
    engines: toNames('engines', values.engines, ENGINES),
    decoders: toNames('decoders', values.decoders, DECODERS),
    robustness: !values['no-robustness'],
    cpu: !values['no-cpu'],
    seed: values.seed === undefined ? undefined : toSeed(values.seed),
    thumbnails,
    writeCard: values['write-card'],
    json,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: ARGUMENTS }).values
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause })
  }
}

function toSplit(text: string): EvaluatedSplit {
  const split = SPLITS.find((known) => known === text)
  if (split !== undefined) return split
  throw new UsageError(`--split accepts ${SPLITS.join(', ')}, not "${text}"`)
}

function toNames<T extends string>(
  option: string,
  text: string | undefined,
  known: readonly T[],
): readonly T[] {
  if (text === undefined) return known
  const asked = text.split(',').map((name) => name.trim())
  const unknown = asked.find((name) => !known.some((one) => one === name))
  if (unknown === undefined) return known.filter((name) => asked.includes(name))
  throw new UsageError(
    `--${option} accepts names of ${known.join(', ')} with commas, not "${unknown}"`,
  )
}

function toSeed(text: string): number {
  const seed = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (seed <= LARGEST_SEED) return seed
  throw new UsageError(`--seed accepts a whole number from 0 to ${LARGEST_SEED}, not "${text}"`)
}
