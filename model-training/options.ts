import { basename, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { LICENCE } from '../inference/index'
import { NEVER_TRAINED_ON } from './data/licence-tiers'
import { TRAINING_ENGINES, type TrainingEngineChoice } from './engine'
import { NETWORK_NAMES, NETWORKS, type NetworkName } from './networks/catalogue'

/** What `npm run train` is asked to do. */
export interface Options {
  readonly data: string
  /** A folder of photos without labels to learn from. */
  readonly unlabelled: string | undefined
  /** Of more photos of a label, a sample is taken. */
  readonly photosPerLabel: number | undefined
  /** Only tell what the data are. */
  readonly dryRun: boolean
  readonly network: NetworkName
  /** Folder of the backbone to learn from. */
  readonly teacher: string | undefined
  /** Folder of the backbone to put a new head on, in place of training a network. */
  readonly backbone: string | undefined
  /** How many views of each photo a backbone sees. */
  readonly views: number
  /** Train without each source in turn, and tell how well its photos are told then. */
  readonly leaveOneSourceOut: boolean
  readonly engine: TrainingEngineChoice
  readonly out: string
  readonly name: string
  readonly epochs: number
  /** Training ends after so many epochs without a lower validation loss. */
  readonly patience: number
  readonly seed: number
  /** Width and height of the network's input. */
  readonly size: number
  readonly tiers: readonly string[]
  /** Of the model, for its card. */
  readonly licence: string | undefined
  readonly resume: boolean
  /** Whether a model in the folder to write gives way. */
  readonly replace: boolean
  readonly help: boolean
}

/** The arguments make no sense; the message names the option. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

const STRINGS = [
  'data',
  'unlabelled',
  'photos-per-label',
  'out',
  'name',
  'network',
  'teacher',
  'backbone',
  'views',
  'engine',
  'epochs',
  'patience',
  'seed',
  'size',
  'licence-tiers',
  'licence',
] as const
const FLAGS = ['dry-run', 'leave-one-source-out', 'resume', 'replace', 'help'] as const

/** A backbone is taken as it is, and nothing but a head is learnt. */
const NOT_WITH_BACKBONE = ['network', 'size', 'epochs', 'patience', 'unlabelled', 'resume'] as const

type Values = Readonly<Partial<Record<(typeof STRINGS)[number], string>>> &
  Readonly<Partial<Record<(typeof FLAGS)[number], boolean>>>

/**
 * Reads the command line.
 *
 * @param args without node and script
 * @throws UsageError naming the option and what it accepts
 */
export function readOptions(args: readonly string[]): Options {
  const values = parse(args)
  const { data, backbone } = values
  const flags = toFlags(values)
  const network = toChoice(values, 'network', NETWORK_NAMES, 'photo-net')
  const name = values.name ?? (backbone === undefined ? network : basename(resolve(backbone)))
  if (data === undefined && !flags.help)
    throw new UsageError('--data is missing: name a folder of photos')
  requireNoContradiction(values, name)
  const epochs = toInteger(values, 'epochs', 60, { from: 1, to: 10_000 })
  return {
    data: data ?? '',
    unlabelled: values.unlabelled,
    photosPerLabel: toPhotosPerLabel(values),
    network,
    teacher: values.teacher,
    backbone,
    views: toInteger(values, 'views', 8, { from: 1, to: 64 }),
    engine: toChoice(values, 'engine', ['auto', ...TRAINING_ENGINES], 'auto'),
    name,
    out:
      values.out ?? (flags.leaveOneSourceOut ? `runs/${name}-sources` : `inference/models/${name}`),
    epochs,
    patience: toInteger(values, 'patience', epochs, { from: 1, to: 10_000 }),
    seed: toInteger(values, 'seed', 1, { from: 0, to: 2_000_000 }),
    size: toInteger(values, 'size', NETWORKS[network].size, { from: 32, to: 512 }),
    tiers: toTiers(values['licence-tiers'] ?? 'A,B,D'),
    licence: values.licence === undefined ? undefined : toLicence(values.licence),
    ...flags,
  }
}

const toFlags = (values: Values) => ({
  dryRun: values['dry-run'] ?? false,
  leaveOneSourceOut: values['leave-one-source-out'] ?? false,
  resume: values.resume ?? false,
  replace: values.replace ?? false,
  help: values.help ?? false,
})

function requireNoContradiction(values: Values, name: string): void {
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(name)) {
    throw new UsageError(`--name accepts small letters, digits and ._- but not "${name}"`)
  }
  requireBackboneAlone(values)
  const { unlabelled, teacher, 'dry-run': dryRun = false } = values
  if (values.licence !== undefined && values['leave-one-source-out']) {
    throw new UsageError('--licence would have no effect: --leave-one-source-out writes no model')
  }
  if (unlabelled !== undefined && teacher === undefined && !dryRun) {
    throw new UsageError('--unlabelled needs --teacher: nobody else says what is on those photos')
  }
}

function requireBackboneAlone(values: Values): void {
  if (values.backbone === undefined) return
  if (values.teacher !== undefined) {
    throw new UsageError('--teacher and --backbone exclude each other: one trains, one does not')
  }
  if (values['leave-one-source-out']) {
    throw new UsageError('--leave-one-source-out trains a network, which --backbone does not')
  }
  const idle = NOT_WITH_BACKBONE.find((name) => values[name] !== undefined)
  if (idle === undefined) return
  throw new UsageError(`--${idle} would have no effect: --backbone trains no network, only a head`)
}

function parse(args: readonly string[]): Values {
  try {
    const options = { ...toOptions(STRINGS, 'string'), ...toOptions(FLAGS, 'boolean') }
    return parseArgs({ args: [...args], options }).values
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause })
  }
}

const toOptions = <N extends string, T extends 'string' | 'boolean'>(
  names: readonly N[],
  type: T,
): Record<N, { type: T }> =>
  Object.fromEntries(names.map((name) => [name, { type }])) as Record<N, { type: T }>

/** Fewer could not be divided into three parts. */
function toPhotosPerLabel(values: Values): number | undefined {
  if (values['photos-per-label'] === undefined) return undefined
  return toInteger(values, 'photos-per-label', 0, { from: 10, to: 1_000_000 })
}

function toInteger(
  values: Values,
  name: 'epochs' | 'patience' | 'seed' | 'size' | 'views' | 'photos-per-label',
  otherwise: number,
  { from, to }: { readonly from: number; readonly to: number },
): number {
  const text = values[name] ?? String(otherwise)
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= from && value <= to) return value
  throw new UsageError(`--${name} accepts a whole number from ${from} to ${to}, not "${text}"`)
}

function toChoice<T extends string>(
  values: Values,
  name: 'network' | 'engine',
  choices: readonly T[],
  otherwise: T,
): T {
  const text = values[name] ?? otherwise
  const chosen = choices.find((choice) => choice === text)
  if (chosen !== undefined) return chosen
  throw new UsageError(`--${name} accepts ${choices.join(', ')}, not "${text}"`)
}

function toTiers(text: string): string[] {
  const tiers = text.split(',').map((tier) => tier.trim())
  if (tiers.includes(NEVER_TRAINED_ON)) {
    throw new UsageError(
      `--licence-tiers: ${NEVER_TRAINED_ON} is non-commercial and never trained on`,
    )
  }
  if (tiers.every((tier) => /^[A-Z]$/.test(tier))) return tiers
  throw new UsageError(`--licence-tiers accepts letters with commas such as A,B,D, not "${text}"`)
}

function toLicence(text: string): string {
  if (LICENCE.test(text)) return text
  throw new UsageError(`--licence accepts an SPDX expression such as Apache-2.0, not "${text}"`)
}
