import { parseArgs } from 'node:util'
import { toClusters } from './cluster-options'
import type { ClusterOptions } from './cluster-options'
import type { PhotoSize } from './photos/photos'
import { PROFILES } from './profiles'
import type { ProfileName } from './profiles'
import type { ReportFormat } from './run'
import { toWhole } from './to-whole'
import { toTriggersAsked } from './trigger-options'
import type { TriggersAsked } from './trigger-options'
import { UsageError } from './usage-error'
import { toWorkload } from './workload'
import type { Workload } from './workload'

/** What `npm run compare` is asked to do. */
export interface Options extends Workload, ClusterOptions {
  readonly profile: ProfileName
  readonly blocks: number
  /** New processes in every block. */
  readonly fresh: boolean
  /** Every warning makes the run INVALID. */
  readonly strict: boolean
  readonly seed: number
  readonly photos: string | undefined
  readonly size: PhotoSize | undefined
  readonly model: string
  readonly engine: string
  readonly decoder: string
  /** Two that run already; undefined: the twins. */
  readonly targets: readonly [NamedUrl, NamedUrl] | undefined
  /** Ways to the container that are compared in place of the twins. */
  readonly triggers: TriggersAsked | undefined
  readonly out: string | undefined
  readonly formats: readonly ReportFormat[]
}

export interface NamedUrl {
  readonly name: string
  readonly baseUrl: string
}

const SIZES = ['400x300', '1600x1200', '12mp'] as const satisfies readonly PhotoSize[]

export const FORMATS = ['json', 'markdown', 'html'] as const satisfies readonly ReportFormat[]
const ENGINES = ['auto', 'onnx', 'tensorflow', 'wasm'] as const
const DECODERS = ['auto', 'sharp', 'turbo', 'wasm', 'jimp'] as const
/** What starts the twins is of no use for targets that run already. */
const OF_THE_TWINS = ['model', 'engine', 'decoder'] as const

const string = { type: 'string' } as const
const OPTIONS = {
  profile: string,
  workload: string,
  objective: string,
  concurrency: string,
  blocks: string,
  requests: string,
  duration: string,
  seed: string,
  photos: string,
  size: string,
  model: string,
  engine: string,
  decoder: string,
  target: { type: 'string', multiple: true },
  kubeconfig: { type: 'string', multiple: true },
  deploy: { type: 'boolean' },
  fresh: { type: 'boolean' },
  strict: { type: 'boolean' },
  triggers: string,
  kafka: string,
  amqp: string,
  out: string,
  format: string,
  help: { type: 'boolean' },
} as const

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values']
type Name = Exclude<
  keyof typeof OPTIONS,
  'help' | 'target' | 'kubeconfig' | 'deploy' | 'fresh' | 'strict'
>

/**
 * Reads the command line of `npm run compare`.
 *
 * @param args without node and script
 * @returns 'help' where that was asked for
 * @throws UsageError naming the option and what it accepts
 */
export function readOptions(args: readonly string[]): Options | 'help' {
  const values = parse(args)
  if (values.help === true) return 'help'
  const profile = toChoice(values, 'profile', Object.keys(PROFILES) as ProfileName[], 'quick')
  const { blocks, openLoopBlocks, ...defaults } = PROFILES[profile]
  const workload = toWorkload(values, defaults)
  const usual = workload.openLoop === undefined ? blocks : openLoopBlocks
  return {
    profile,
    blocks: toWhole('blocks', values.blocks ?? String(usual), [2, 1000]),
    ...workload,
    seed: toWhole('seed', values.seed ?? '1', [0, 2 ** 32 - 1]),
    photos: toPath(values, 'photos'),
    size: values.size === undefined ? undefined : toChoice(values, 'size', SIZES, '400x300'),
    model: toModel(values.model ?? 'photo-net'),
    engine: toChoice(values, 'engine', ENGINES, 'auto'),
    decoder: toChoice(values, 'decoder', DECODERS, 'auto'),
    fresh: toFresh(values),
    strict: values.strict ?? false,
    targets: toTargets(values),
    triggers: toTriggersAsked(values),
    ...toClusters(
      values,
      OF_THE_TWINS.find((name) => values[name] !== undefined),
    ),
    out: toPath(values, 'out'),
    formats: toFormats(values.format),
  }
}

function parse(args: readonly string[]): Values {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause })
  }
}

function toChoice<T extends string>(
  values: Values,
  name: Name,
  choices: readonly T[],
  otherwise: T,
): T {
  const text = values[name]
  if (text === undefined) return otherwise
  const chosen = choices.find((choice) => choice === text)
  if (chosen !== undefined) return chosen
  throw new UsageError(`--${name} accepts ${choices.join(', ')}, not "${text}"`)
}

function toFresh({ fresh = false, target }: Values): boolean {
  if (!fresh || target === undefined) return fresh
  throw new UsageError('--fresh starts targets anew, which are not started with --target')
}

function toPath(values: Values, name: 'photos' | 'out'): string | undefined {
  if (values[name] === '') throw new UsageError(`--${name} accepts a folder, not ""`)
  return values[name]
}

function toModel(text: string): string {
  if (/^[a-z0-9][a-z0-9._-]*$/.test(text)) return text
  throw new UsageError(`--model accepts the name of a folder in inference/models, not "${text}"`)
}

function toTargets(values: Values): readonly [NamedUrl, NamedUrl] | undefined {
  const texts = values.target ?? []
  if (texts.length === 0) return undefined
  const [one, other, ...more] = texts.map(toNamedUrl)
  if (one === undefined || other === undefined || more.length > 0) {
    throw new UsageError(`--target is needed twice, but was given ${texts.length} times`)
  }
  if (one.name === other.name) {
    throw new UsageError(`--target: both are called "${one.name}"; give them different names`)
  }
  // The second one's double is called so.
  if (one.name === `${other.name} again`) {
    throw new UsageError(`--target: call the first one anything but "${one.name}"`)
  }
  const foreign = OF_THE_TWINS.find((name) => values[name] !== undefined)
  if (foreign === undefined) return [one, other]
  throw new UsageError(`--${foreign} sets up the twins, which are not started with --target`)
}

function toNamedUrl(text: string): NamedUrl {
  const [, name = '', baseUrl = ''] = /^([A-Za-z0-9][A-Za-z0-9 ._-]{0,39})=(.+)$/.exec(text) ?? []
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new UsageError(
      `--target accepts NAME=BASE_URL such as mine=http://127.0.0.1:8080, not "${text}"`,
    )
  }
  if (url.username !== '' || url.password !== '') {
    throw new UsageError(`--target ${name}: a user or password in the URL is not supported`)
  }
  if (url.search !== '' || url.hash !== '') {
    throw new UsageError(`--target ${name}: leave out of the URL what follows its path`)
  }
  return { name, baseUrl }
}

/** @throws UsageError if it names a format that there is not */
export function toFormats(text: string | undefined): readonly ReportFormat[] {
  if (text === undefined) return FORMATS
  const names = text.split(',').map((name) => name.trim())
  const unknown = names.find((name) => !FORMATS.some((format) => format === name))
  if (unknown === undefined) return FORMATS.filter((format) => names.includes(format))
  throw new UsageError(`--format accepts ${FORMATS.join(', ')} with commas, not "${unknown}"`)
}
