import { UsageError } from './usage-error'

/** What may call a twin. */
export const TRIGGERS = ['http', 'kafka', 'amqp'] as const
export type Trigger = (typeof TRIGGERS)[number]

/** Ways to the container that are compared with HTTP, and the brokers on them. */
export interface TriggersAsked {
  readonly others: readonly Exclude<Trigger, 'http'>[]
  /** HOST:PORT of brokers. */
  readonly kafka: readonly string[]
  /** Empty: not asked for. */
  readonly amqp: string
}

interface Values {
  readonly triggers?: string
  readonly kafka?: string
  readonly amqp?: string
  readonly target?: readonly string[]
  readonly kubeconfig?: readonly string[]
  readonly fresh?: boolean
  readonly workload?: string
}

/** What is for other comparisons. */
const FOREIGN = ['target', 'kubeconfig', 'fresh', 'workload'] as const

/**
 * Reads --triggers, --kafka and --amqp.
 *
 * @returns undefined where triggers are not compared
 * @throws UsageError naming the option and what it accepts
 */
export function toTriggersAsked(values: Values): TriggersAsked | undefined {
  const { triggers, kafka, amqp } = values
  if (triggers === undefined) {
    const broker = kafka === undefined ? amqp && 'amqp' : 'kafka'
    if (broker === undefined || broker === '') return undefined
    throw new UsageError(`--${broker} is of --triggers: add --triggers http,${broker}`)
  }
  const foreign = FOREIGN.find((name) => values[name] !== undefined)
  if (foreign !== undefined) {
    throw new UsageError(`--triggers and --${foreign} exclude each other: give one of them`)
  }
  const others = toOthers(triggers)
  for (const [name, address] of [
    ['kafka', kafka],
    ['amqp', amqp],
  ] as const) {
    if (others.includes(name) && address === undefined) {
      throw new UsageError(`--triggers ${triggers}: say with --${name} where the broker is`)
    }
    if (!others.includes(name) && address !== undefined) {
      throw new UsageError(`--${name} is given, and --triggers does not have ${name}`)
    }
  }
  return { others, kafka: toBrokers(kafka), amqp: toAddress(amqp) }
}

function toOthers(text: string): TriggersAsked['others'] {
  const names = text.split(',').map((name) => name.trim())
  const isKnown = names.every((name) => TRIGGERS.some((trigger) => trigger === name))
  const others = TRIGGERS.filter((name) => name !== 'http').filter((name) => names.includes(name))
  if (isKnown && others.length > 0 && new Set(names).size === names.length) return others
  throw new UsageError(
    `--triggers accepts kafka and amqp, beside http, with commas such as http,kafka,amqp, not "${text}"`,
  )
}

function toBrokers(text: string | undefined): readonly string[] {
  if (text === undefined) return []
  const brokers = text.split(',').map((broker) => broker.trim())
  if (brokers.every((broker) => /^[^\s:]+:\d{1,5}$/.test(broker))) return brokers
  throw new UsageError(`--kafka accepts HOST:PORT, or several with commas, not "${text}"`)
}

function toAddress(text: string | undefined): string {
  if (text === undefined) return ''
  if (URL.canParse(text) && /^amqps?:$/.test(new URL(text).protocol)) return text
  // It may have a password in it.
  throw new UsageError('--amqp accepts an address such as amqp://USER:PASSWORD@HOST:PORT/VHOST')
}
