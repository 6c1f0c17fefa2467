import { parseArgs } from 'node:util'
import { ConfigError } from './env'
import type { Env } from './env'

/** sysexits.h: the command was used wrongly. */
const EXIT_USAGE = 64

interface CommandOptions {
  readonly help: string
  /** Names of options with a value, and the variable that each stands for; the option wins. */
  readonly variables?: Readonly<Record<string, string>>
  readonly run: (env: Env) => Promise<number>
}

/**
 * A command that is configured by variables, for some of which there are options; it takes no argument but these and
 * `--help`.
 *
 * @returns the exit code; 64 with a message on standard error for a wrong argument or variable
 */
export async function runCommand(
  args: readonly string[],
  { help, variables = {}, run }: CommandOptions,
): Promise<number> {
  try {
    const { values } = parseArgs({ args: [...args], options: toOptions(variables) })
    if (values['help'] !== true) return await run({ ...process.env, ...toEnv(values, variables) })
    process.stdout.write(help)
    return 0
  } catch (error) {
    if (!(error instanceof ConfigError) && !isUsageError(error)) throw error
    process.stderr.write(`${error.message}\nTry --help.\n`)
    return EXIT_USAGE
  }
}

const toOptions = (variables: Readonly<Record<string, string>>): Options => ({
  help: { type: 'boolean', short: 'h' },
  ...Object.fromEntries(Object.keys(variables).map((name) => [name, { type: 'string' }])),
})

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>

const toEnv = (
  values: Readonly<Record<string, unknown>>,
  variables: Readonly<Record<string, string>>,
): Env =>
  Object.fromEntries(
    Object.entries(variables).flatMap(([name, variable]) => {
      const value = values[name]
      return typeof value === 'string' ? [[variable, value]] : []
    }),
  )

const isUsageError = (error: unknown): error is Error =>
  error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')

/** The variables of inference and listening, for a command's `--help`. */
export const VARIABLES_HELP = `
  PORT             port to listen on, 0 for any free one (8080)
  HOST             address to listen on (127.0.0.1; 0.0.0.0 for all)
  STOP_DELAY_MS    time for which requests are taken after the signal to stop, for clusters (0)
  LOG_LEVEL        fatal, error, warn, info, debug, trace or silent (info)
  MODEL            names of the models, separated by commas; the first is the default (photo-net)
  MODELS_FOLDER    where the models' folders are (inference/models)
  ENGINE           auto, onnx, tensorflow or wasm (auto: the fastest that loads)
  DECODER          auto, sharp, turbo, wasm or jimp (auto: the fastest that loads)
  CODECS_FOLDER    where the decoder turbo has its code (inference/codecs)
  WORKERS          threads that classify (the CPUs this process may use)
  MAX_BATCH        photos a worker takes at once (4)
  MAX_QUEUE        photos that may wait for each model before more are refused (16 a worker, 32 at least)
  MAX_PHOTO_BYTES  largest photo in bytes (10000000)
  MAX_PHOTO_PIXELS largest declared width x height (40000000)
  MAX_TIME_MS      time a photo may take (10000)
`

/** The variables of brokers, for the `--help` of a command that answers messages. */
export const MESSAGES_HELP = `
  KAFKA_BROKERS    HOST:PORT of Kafka, or several separated by commas (none: no Kafka)
  KAFKA_GROUP      the consumer group (photo-twin)
  KAFKA_PHOTOS_TOPIC, KAFKA_PREDICTIONS_TOPIC, KAFKA_REJECTED_TOPIC
                   where photos come from, predictions and photos that cannot be classified go to; missing ones are made
                   (photos, predictions, rejected-photos)
  KAFKA_TLS        on or off (off, on with KAFKA_CA_FILE)
  KAFKA_CA_FILE    certificate (PEM) of the authority that signed the brokers' (the public ones)
  KAFKA_SASL       plain, scram-sha-256 or scram-sha-512, with KAFKA_USERNAME and KAFKA_PASSWORD (plain)
  AMQP_URL         amqp://USER:PASSWORD@HOST:PORT/VHOST of RabbitMQ, or amqps://… (none: no RabbitMQ)
  AMQP_CA_FILE     certificate (PEM) of the authority that signed the broker's (the public ones)
  BROKER_CONNECT_TIME_MS
                   time the first connection may take before the command gives up (10000)
  MAX_MESSAGES     photos of each broker that are worked on at once (8 a worker)
`
